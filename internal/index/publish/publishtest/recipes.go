package publishtest

import "coopcloud.tech/catalogue/internal/catalogue"

func authentik() catalogue.Recipe {
	return catalogue.Recipe{
		Name: "authentik", Category: "Utilities", Website: "https://goauthentik.io",
		Description: "Identity provider: one account for every app that your members use, over OpenID Connect, SAML and LDAP",
		Features: catalogue.Features{
			Backups: "Yes", Email: "2", Healthcheck: "Yes", SSO: "N/A", Status: 4, Tests: "2",
			Image: hub("goauthentik/server", "4"),
		},
		Readme: "# authentik\n\nSingle sign-on for the rest of the commons.\n",
		Versions: []catalogue.Version{{
			Version: "5.1.2+2024.2.3", Date: day(2025, 3, 11),
			Services: services("app=goauthentik/server:2024.2.3 worker=goauthentik/server:2024.2.3 db=postgres:15.13 redis=redis:7.4.0-alpine"),
			Env:      env("DOMAIN=auth.example.com LETS_ENCRYPT_ENV=production"), Secrets: secrets("db_password", "secret_key", "admin_token"),
		}, {
			Version: "6.0.0+2025.10.1", Date: day(2026, 11, 3),
			Services: services("app=goauthentik/server:2025.10.1 worker=goauthentik/server:2025.10.1 db=postgres:16.10 redis=redis:8.2.1-alpine"),
			Env:      env("DOMAIN=auth.example.com LETS_ENCRYPT_ENV=production #AUTHENTIK_COLOR_BACKGROUND=#1c1e21"),
			Secrets:  secrets("db_password", "secret_key", "admin_token"),
			Notes:    "Postgres moves from 15 to 16. Dump the database before the upgrade, restore it after:\n\n  catalogue app backup auth.example.com\n",
		}},
	}
}

func bonfire() catalogue.Recipe {
	return catalogue.Recipe{
		Name: "bonfire", Category: "Communication", Website: "https://bonfirenetworks.org",
		Description: "Federated social networking that a community shapes to its own needs",
		Features: catalogue.Features{
			Status: 1, Image: hub("bonfirenetworks/bonfire", "4"),
		},
		Readme: "# bonfire\n\nA [coop-cloud](https://coopcloud.tech) recipe for deploying [Bonfire](https://bonfirenetworks.org)\n",
		Lint: lint(
			finding("R002", "healthcheck", "warning", "compose.yml", 4, "service app has no healthcheck"),
			finding("R007", "readme-metadata", "warning", "README.md", 9, "Healthcheck is empty"),
		),
		Versions: []catalogue.Version{{
			Version: "2.0.1+1.0.6-social-amd64", Date: day(2026, 9, 30),
			Services: services("app=bonfirenetworks/bonfire:1.0.6-social-amd64 db=ghcr.io/baosystems/postgis:17-3.5 search=getmeili/meilisearch:v1.14"),
			Env:      env("DOMAIN=bonfire.example.com LETS_ENCRYPT_ENV=production FLAVOUR=social #SONIC_PASSWORD="),
			Secrets:  secrets("secret_key_base", "signing_salt", "encryption_salt", "postgres_password"),
		}},
	}
}

func gitea() catalogue.Recipe {
	return catalogue.Recipe{
		Name: "gitea", Category: "Development", Website: "https://gitea.io",
		Description: "A painless self-hosted Git service",
		Features: catalogue.Features{
			Backups: "Yes", Email: "3", Healthcheck: "Yes", SSO: "3 (OAuth)", Status: 5, Tests: "3",
			Image: hub("gitea/gitea", "4"),
		},
		Readme:   giteaReadme,
		Versions: giteaVersions(),
	}
}

func hedgedoc() catalogue.Recipe {
	return catalogue.Recipe{
		Name: "hedgedoc", Category: "Apps", Website: "https://hedgedoc.org",
		Description: "Collaborative Markdown notes, in real time",
		Features: catalogue.Features{
			Backups: "Yes", Email: "N/A", Healthcheck: "Yes", SSO: "2", Status: 4, Tests: "2",
			Image: hub("hedgedoc/hedgedoc", "4"),
		},
		Lint: lint(finding("R015", "secret-name", "warning", "compose.yml", 41, `secret "codimd_session_secret" is longer than 12 characters`)),
		Versions: []catalogue.Version{{
			Version: "1.1.0+1.10.0", Date: day(2026, 6, 2), Services: services("app=quay.io/hedgedoc/hedgedoc:1.10.0 db=postgres:16-alpine"),
			Env: env("DOMAIN=notes.example.com CMD_ALLOW_ANONYMOUS=false"), Secrets: secrets("db_password", "session"),
		}},
	}
}

// lemp is from 2021 and never got a version of today's form.
func lemp() catalogue.Recipe {
	return catalogue.Recipe{
		Name: "lemp", Category: "Graveyard", DefaultBranch: "master",
		Description: "Nginx, MariaDB and PHP for sites that nobody has migrated yet",
		Features:    catalogue.Features{Backups: "No", Email: "0", Healthcheck: "No", SSO: "No", Status: 1, Image: hub("library/nginx", "4")},
		Lint: lint(
			finding("R014", "annotated-tags", "error", "", 0, "tag v0.2 is lightweight"),
			finding("R004", "stable-tag", "warning", "compose.yml", 6, "image nginx:latest is not a stable tag"),
		),
		Versions: []catalogue.Version{
			{Version: "v0.1", Legacy: true, Date: day(2021, 2, 3), Services: services("app=nginx:1.19.6 db=mariadb:10.5")},
			{Version: "v0.2", Legacy: true, Date: day(2021, 5, 20), Services: services("app=nginx:1.20.0 db=mariadb:10.6")},
		},
	}
}

func matrix() catalogue.Recipe {
	return catalogue.Recipe{
		Name: "matrix-synapse", Category: "Communication", Website: "https://matrix.org",
		Description: "Homeserver for Matrix, the open network for secure, decentralised chat and calls",
		Features: catalogue.Features{
			Backups: "Yes", Email: "1", Healthcheck: "Yes", SSO: "3 (Keycloak)", Status: 3, Tests: "1", Image: hub("matrixdotorg/synapse", "4"),
		},
		Versions: []catalogue.Version{{
			Version: "7.0.0+v1.118.0", Date: day(2026, 10, 19), Services: services("app=matrixdotorg/synapse:v1.118.0 db=postgres:13-alpine web=nginx:1.27.2"),
			Env:     env("DOMAIN=matrix.example.com SYNAPSE_ADMIN_EMAIL=admin@example.com ENABLE_REGISTRATION=false #TURN_ENABLED=1 #SSO_ENABLED=1"),
			Secrets: append(secrets("db_password", "form_secret", "macaroon", "registration"), catalogue.Secret{Name: "smtp_password", Version: "v1"}),
			Lint:    lint(finding("R005", "semver-tag", "info", "compose.yml", 52, "postgres:13-alpine moves; 13.22-alpine would not")),
		}},
		Lint: lint(finding("R005", "semver-tag", "info", "compose.yml", 52, "postgres:13-alpine moves; 13.22-alpine would not")),
	}
}

// newcomer was listed by its forge and has not been read yet.
func newcomer() catalogue.Recipe {
	return catalogue.Recipe{
		Name: "newcomer", Status: catalogue.Unknown,
		Problems: []catalogue.Problem{{Where: "https://git.coopcloud.tech/coop-cloud/newcomer.git", Message: "the repository is empty"}},
	}
}

func nextcloud() catalogue.Recipe {
	return catalogue.Recipe{
		Name: "nextcloud", Category: "Apps", Website: "https://nextcloud.com",
		Description: "Files, calendars, contacts and office documents in one place, on a server that is yours",
		Features: catalogue.Features{
			Backups: "Yes", Email: "3", Healthcheck: "Yes", SSO: "3", Status: 5, Tests: "3", Image: hub("library/nextcloud", "4"),
		},
		Versions: []catalogue.Version{{
			Version: "10.0.0+29.0.10-fpm", Date: day(2025, 12, 1), Services: services("app=nextcloud:29.0.10-fpm web=nginx:1.27.2 db=mariadb:11.4 cache=redis:7.4.0-alpine"),
			Env: env("DOMAIN=cloud.example.com ADMIN_USER=admin"), Secrets: secrets("db_password", "admin_password"),
		}, {
			Version: "11.0.1+30.0.4-fpm", Date: day(2026, 11, 14), Services: services("app=nextcloud:30.0.4-fpm web=nginx:1.29.1 db=mariadb:11.8 cache=redis:8.2.1-alpine"),
			Env:     env("DOMAIN=cloud.example.com ADMIN_USER=admin MAX_DB_CONNECTIONS=500 #SMTP_HOST=mail.example.com #ONLYOFFICE_URL=https://office.example.com"),
			Secrets: secrets("db_password", "admin_password"),
		}},
	}
}

func peertube() catalogue.Recipe {
	return catalogue.Recipe{
		Name: "peertube", Category: "Communication", Website: "https://joinpeertube.org",
		Description: "Publish and federate videos without selling your audience",
		Features:    catalogue.Features{Backups: "No", Email: "2", Healthcheck: "Yes", SSO: "1", Status: 2, Tests: "0", Image: hub("chocobozzz/peertube", "4")},
		Versions: []catalogue.Version{{
			Version: "1.2.0-rc1+v6.3.3", Date: day(2026, 8, 8), Services: services("app=chocobozzz/peertube:v6.3.3-bookworm db=postgres:16-alpine"),
			Env: env("DOMAIN=tube.example.com"), Secrets: secrets("db_password", "peertube"),
		}},
	}
}

// roughEdges has all that the linter and the crawl can complain about.
func roughEdges() catalogue.Recipe {
	return catalogue.Recipe{
		Name: "rough-edges", Category: "Tools", Description: "Wrong on purpose: what the linter finds",
		Lint: lint(
			finding("R009", "app-service", "error", "compose.yml", 3, `no service is named "app"; found "web", "db"`),
			finding("R008", "env-sample", "error", ".env.sample", 0, "there is no .env.sample"),
			finding("R012", "config-versions", "error", "compose.yml", 27, "config app_entrypoint has no APP_ENTRYPOINT_VERSION in abra.sh"),
			finding("R001", "compose-version", "warning", "compose.yml", 1, `version is "3", expected "3.8"`),
			finding("R004", "stable-tag", "warning", "compose.yml", 5, "image example/web:latest is not a stable tag"),
		),
		Problems: []catalogue.Problem{
			{Where: "1.1.0+2", Message: "compose.smtp.yml:4: found a tab where spaces are expected"},
			{Where: "release", Message: "tag names no version"},
		},
		Versions: []catalogue.Version{{
			Version: "1.0.0+1", Date: day(2026, 1, 5), Label: "0.9.0+1", Services: services("web=example/web:1 db=example/db:latest"),
			Moved: []string{"0123456789abcdef0123456789abcdef01234567"},
		}},
	}
}

func staticSite() catalogue.Recipe {
	return catalogue.Recipe{
		Name: "static-site", Category: "Tools", Description: "Nginx with your files behind it",
		Features: catalogue.Features{Backups: "Yes", Email: "N/A", Healthcheck: "Yes", SSO: "N/A", Status: 3, Tests: "2", Image: hub("library/nginx", "4")},
		Versions: []catalogue.Version{{
			Version: "1.0.1+1.29.1-alpine", Date: day(2026, 7, 1), Services: services("app=nginx:1.29.1-alpine"), Env: env("DOMAIN=www.example.com"),
		}},
	}
}

func traefik() catalogue.Recipe {
	return catalogue.Recipe{
		Name: "traefik", Category: "Utilities", Website: "https://traefik.io", DefaultBranch: "master",
		Description: "The front door of every server: routes domains to apps and fetches their certificates",
		Features:    catalogue.Features{Backups: "No", Email: "N/A", Healthcheck: "Yes", SSO: "? (Keycloak)", Status: 3, Tests: "2", Image: hub("library/traefik", "4")},
		Versions: []catalogue.Version{{
			Version: "3.7.0+v3.5.3", Date: day(2026, 10, 6), Services: services("app=traefik:v3.5.3 socket-proxy=lscr.io/linuxserver/socket-proxy:1.26.3"),
			Env: env("DOMAIN=traefik.example.com LETS_ENCRYPT_EMAIL=certs@example.com #OVH_ENABLED=1 #GANDI_ENABLED=1"),
		}},
	}
}

func uptime() catalogue.Recipe {
	return catalogue.Recipe{
		Name: "uptime-kuma", Category: "Utilities", Website: "https://uptime.kuma.pet",
		Description: "Watches your services and tells you first when one is down",
		Features:    catalogue.Features{Backups: "Yes", Email: "1", Healthcheck: "Yes", SSO: "No", Status: 3, Tests: "2", Image: hub("louislam/uptime-kuma", "4")},
		Versions: []catalogue.Version{{
			Version: "3.0.0+2.0.2", Date: day(2026, 11, 20), Services: services("app=louislam/uptime-kuma:2.0.2"), Env: env("DOMAIN=status.example.com"),
		}},
	}
}

// vaultwarden's repository did not answer at the last check.
func vaultwarden() catalogue.Recipe {
	return catalogue.Recipe{
		Name: "vaultwarden", Category: "Apps", Website: "https://github.com/dani-garcia/vaultwarden",
		Description: "Passwords for the whole co-op, in a vault that speaks Bitwarden",
		Features:    catalogue.Features{Backups: "Yes", Email: "3", Healthcheck: "Yes", SSO: "No", Status: 4, Tests: "2", Image: hub("vaultwarden/server", "3")},
		Status:      catalogue.Stale, CheckedAt: day(2026, 11, 9), ValidUntil: day(2026, 11, 11),
		Problems: []catalogue.Problem{{Where: "https://git.coopcloud.tech/coop-cloud/vaultwarden.git", Message: "the server did not answer within 30 s"}},
		Versions: []catalogue.Version{{
			Version: "2.0.0+1.32.7", Date: day(2026, 10, 2), Services: services("app=vaultwarden/server:1.32.7"),
			Env: env("DOMAIN=vault.example.com SIGNUPS_ALLOWED=false"), Secrets: secrets("admin_token"),
		}},
	}
}
