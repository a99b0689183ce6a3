package publishtest

import "coopcloud.tech/catalogue/internal/catalogue"

const giteaReadme = `# Gitea

> A painless self-hosted Git service

[![Build Status](https://build.coopcloud.tech/api/badges/coop-cloud/gitea/status.svg)](https://build.coopcloud.tech/coop-cloud/gitea)

<!-- metadata -->
* **Category**: Development
* **Status**: 5
* **Image**: [` + "`gitea/gitea`" + `](https://hub.docker.com/r/gitea/gitea), 4, upstream
* **Healthcheck**: Yes
* **Backups**: Yes
* **Email**: 3
* **Tests**: 3
* **SSO**: 3 (OAuth)
<!-- endmetadata -->

## Basic usage

1. Set up Docker Swarm and a Traefik that serves the ` + "`proxy`" + ` network
2. Create the app and look through its settings
3. Deploy it, then create the first user:

` + "```sh" + `
catalogue app run git.example.com app gitea admin user create \
  --admin --username ada --email ada@example.com --random-password
` + "```" + `

## SSH

Git over SSH needs its own port. Uncomment these in the app's settings:

| Setting | Meaning | Default |
|---------|---------|--------:|
| ` + "`GITEA_SSH_PORT`" + ` | the port that clients connect to | 2222 |
| ` + "`GITEA_SSH_ENABLED`" + ` | whether SSH is served at all | 0 |

### Behind a firewall

Open the port for the swarm's nodes. See [the manual](https://docs.gitea.com/) and [our notes](docs/ssh.md).
`

// giteaVersions shows a recipe's life: a legacy tag, four releases.
func giteaVersions() []catalogue.Version {
	base := "DOMAIN=git.example.com LETS_ENCRYPT_ENV=production GITEA_APP_NAME=Gitea GITEA_DISABLE_REGISTRATION=true"
	return []catalogue.Version{{
		Version: "v0.1.0", Legacy: true, Date: day(2021, 3, 1), Services: services("app=gitea/gitea:1.13.2"), Env: env("DOMAIN=git.example.com"),
	}, {
		Version: "1.0.0+1.14.3", Date: day(2021, 7, 12), Services: services("app=gitea/gitea:1.14.3 db=mariadb:10.6"),
		Env: env(base), Secrets: secrets("db_password", "internal_token"),
	}, {
		Version: "1.1.0+1.15.3-rootless", Date: day(2021, 10, 4), Services: services("app=gitea/gitea:1.15.3-rootless db=mariadb:10.6"),
		Env: env(base), Secrets: secrets("db_password", "internal_token"),
	}, {
		Version: "2.0.0+1.19.0-rootless", Date: day(2023, 4, 18), Services: services("app=gitea/gitea:1.19.0-rootless db=mariadb:10.11"),
		Env:     env(base + " #GITEA_SSH_PORT=2222"),
		Secrets: secrets("db_password", "internal_token", "jwt_secret"),
		Notes:   "This release adds a secret. Before you upgrade:\n\n  catalogue app secret generate git.example.com jwt_secret v1\n\nThe rootless image keeps its data in another folder; see the README.",
	}, {
		Version: "3.5.3+1.24.6-rootless", Date: day(2026, 10, 28), Services: services("app=gitea/gitea:1.24.6-rootless db=mariadb:11.4"),
		Env: env(base + " GITEA_SSH_ENABLED=0 #GITEA_SSH_PORT=2222 #GITEA_MAIL_FROM=git@example.com #GITEA_SMTP_HOST=mail.example.com:587" +
			" #GITEA_OAUTH_AUTO_DISCOVER_URL=https://sso.example.com/application/o/gitea/.well-known/openid-configuration"),
		Secrets: append(secrets("db_password", "internal_token", "jwt_secret", "lfs_secret"),
			catalogue.Secret{Name: "smtp_password", Version: "v1"}),
		Lint: lint(finding("R005", "semver-tag", "info", "compose.yml", 38, "mariadb:11.4 moves; 11.4.8 would not")),
	}}
}
