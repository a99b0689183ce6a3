package lint

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"coopcloud.tech/catalogue/internal/recipe"
	"coopcloud.tech/catalogue/internal/stack"
)

var backupLabelMissing = Rule{
	Code: "R197", Name: "backup-label-missing",
	Severity: Warning, Confidence: Medium,
	What: "Volumes are not backed up and nobody says that this is meant, or two services claim the backup.",
	Why: "backup-bot-two backs up a stack whose main service has the label backupbot.backup=true: all its volumes, whichever service mounts them. " +
		"Its specification wants the label on exactly one service of a stack; with two the hooks and the volumes of one of them are left to chance. " +
		"A README that says Backups: No or N/A has answered, and is believed. Volumes of caches are not counted.",
	Fix: "Add the deploy label backupbot.backup=${ENABLE_BACKUPS:-true} to service app, or write Backups: No in README.md.",
	Bad: Example{{"compose.yml", backupExample("")}},
	Good: Example{{"compose.yml", backupExample("    deploy:\n      labels:\n" +
		"        - backupbot.backup=${ENABLE_BACKUPS:-true}\n")}},
	Needs: []Need{NeedsCompose},
	Check: checkBackupLabels,
}

func backupExample(more string) string {
	return "services:\n  app:\n    image: vaultwarden/server:1.32.7\n    volumes:\n      - data:/data\n" + more + "volumes:\n  data:\n"
}

func checkBackupLabels(in *Input) []Finding {
	return append(in.unsavedVolume(), eachVariant(checkOneBackup)(in)...)
}

// unsavedVolume is one finding, at the first volume that would be lost.
func (in *Input) unsavedVolume() []Finding {
	v := in.enabled()
	if in.backedUp() || in.answered() || slices.ContainsFunc(v.Stack.Services, hasBackupLabel) {
		return nil
	}
	for _, s := range v.Stack.Services {
		m, ok := dataVolume(s)
		if !ok || imageNamed(s, memoryStores) || transient.MatchString(m.Source) || !isOwnVolume(v.Stack, m.Source) {
			continue
		}
		return []Finding{{
			Message:  fmt.Sprintf("the volume %s has no backup: no service has the label %s", m.Source, backupLabel),
			Span:     in.keySpan(v, "volumes", m.Source),
			Evidence: backupLabel,
		}}
	}
	return nil
}

// hasBackupLabel: one that says false is an answer, too.
func hasBackupLabel(s *stack.Service) bool {
	_, labelled := s.Deploy.Labels[backupLabel]
	return labelled
}

// transient volumes can be made again.
var transient = regexp.MustCompile(`(?i)(^|[_.-])(cache|tmp|temp|socket|sockets|run|logs?)([_.-]|$)`)

func isOwnVolume(st *stack.Stack, key string) bool {
	return slices.ContainsFunc(st.Volumes, func(v *stack.Volume) bool { return v.Key == key && !v.External })
}

// answered reports whether the README says what is true of backups; a false Yes
// is R196.
func (in *Input) answered() bool {
	if in.Recipe.Readme == nil {
		return false
	}
	claim := in.Recipe.Readme.Metadata.Backups
	if meant, ok := meantValues["Backups="+strings.ToLower(claim.Value)]; ok {
		claim.Value = meant
	}
	return says(claim, "yes") || says(claim, "no") || says(claim, "n/a")
}

func checkOneBackup(_ *Input, v *Variant) []Finding {
	var labelled []*stack.Service
	var names []string
	for _, s := range v.Stack.Services {
		if isTrue(s.Deploy.Labels[backupLabel]) {
			labelled, names = append(labelled, s), append(names, s.Key)
		}
	}
	if len(labelled) < 2 {
		return nil
	}
	other, last := labelled[1], len(names)-1
	if other.Key == "app" {
		other = labelled[0]
	}
	return []Finding{{
		Message: fmt.Sprintf("services %s and %s have the label %s; the specification allows it on one",
			strings.Join(names[:last], ", "), names[last], backupLabel),
		Fix:      "Keep it on service app; hooks and volume paths stay where they are.",
		Span:     labelSpan(v, other),
		Evidence: "services." + other.Key + " " + backupLabel,
	}}
}

func labelSpan(v *Variant, s *stack.Service) recipe.Span {
	return v.Stack.Span("services", s.Key, "deploy", "labels", backupLabel)
}
