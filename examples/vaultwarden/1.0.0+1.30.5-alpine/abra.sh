# vaultwarden has no configs, so no config versions either.

insert_vendor_css() {
  mkdir -p /data/templates/scss
  cat > /data/templates/scss/user.vaultwarden.scss.hbs
}
