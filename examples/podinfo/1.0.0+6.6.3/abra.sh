# podinfo has no configs, so no config versions either.
