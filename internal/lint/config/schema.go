package config

import (
	"bytes"
	"encoding/json"

	"coopcloud.tech/catalogue/internal/lint"
)

// object is a JSON object of a schema; encoding/json sorts its keys.
type object = map[string]any

// Schema is the JSON Schema of the config, for editors: docs/recipe-lint.schema.json.
func Schema() ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err := encoder.Encode(object{
		"$schema":              "https://json-schema.org/draft/2020-12/schema",
		"title":                "recipe-lint",
		"description":          "What a project decides about the rules of recipe-lint: .recipe-lint.yml",
		"type":                 []string{"object", "null"},
		"additionalProperties": false,
		"$defs":                object{"rule": ruleSchema()},
		"properties": object{
			"select": object{
				"description": "Apply only these rules. --select replaces it.",
				"type":        "array", "maxItems": maxEntries, "items": ruleRef(),
			},
			"ignore": object{
				"description": "Findings that may stay, each with the reason.",
				"type":        "array", "maxItems": maxEntries, "items": entrySchema(),
			},
			"severity": object{
				"description": "Instead of what the rules say.",
				"type":        "object", "propertyNames": ruleRef(),
				"additionalProperties": object{"enum": lint.Severities()},
			},
			"thresholds": thresholdSchema(),
			"fail-level": object{
				"description": "Exit 1 from this severity on. --fail-level replaces it.",
				"enum":        FailLevels(),
			},
			"baseline": object{
				"description": "A file of known findings, in this folder or below. --baseline replaces it.",
				"type":        "string", "minLength": 1,
			},
		},
	})
	return out.Bytes(), err
}

func ruleRef() object { return object{"$ref": "#/$defs/rule"} }

// ruleSchema lists every rule by code and by name, with what it says.
func ruleSchema() object {
	var any []object
	for _, rule := range lint.Rules() {
		for _, name := range []string{rule.Code, rule.Name} {
			any = append(any, object{"const": name, "description": rule.What})
		}
	}
	return object{"description": "A rule's code or name.", "oneOf": any}
}

func entrySchema() object {
	return object{
		"type": "object", "additionalProperties": false, "required": []string{"rule", "reason"},
		"properties": object{
			"rule":   ruleRef(),
			"path":   object{"description": "Only in these files: a glob relative to this file; ** is any number of folders.", "type": "string", "minLength": 1},
			"reason": object{"description": "Why they may stay.", "type": "string", "minLength": 1},
		},
	}
}

func thresholdSchema() object {
	properties := object{}
	for _, rule := range lint.Rules() {
		if t := rule.Threshold; t != nil {
			number := object{"description": rule.What, "type": "integer", "default": t.Default, "minimum": t.Min, "maximum": t.Max}
			properties[rule.Code], properties[rule.Name] = number, number
		}
	}
	return object{
		"description": "The numbers that rules judge by.",
		"type":        "object", "additionalProperties": false, "properties": properties,
	}
}
