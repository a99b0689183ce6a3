package deploy

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Domains lists the apps of the operator by domain, sorted, each once. A folder
// that cannot be read has none.
func Domains(dir string) []string {
	var domains []string
	servers := filepath.Join(dir, "servers")
	folders, _ := os.ReadDir(servers)
	for _, folder := range folders {
		files, _ := os.ReadDir(filepath.Join(servers, folder.Name()))
		for _, file := range files {
			domain, isEnv := strings.CutSuffix(file.Name(), ".env")
			if isEnv && validName("an app", domain) == nil {
				domains = append(domains, domain)
			}
		}
	}
	slices.Sort(domains)
	return slices.Compact(domains)
}
