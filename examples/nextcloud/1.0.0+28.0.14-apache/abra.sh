export PHP_INI_VERSION=v1

occ() {
  su -p www-data -s /bin/sh -c "/var/www/html/occ $*"
}
