package deploy

// SetVar writes one variable into the app's env file; nothing else in it changes.
// It reads the file again: someone may have edited it meanwhile.
func (a *App) SetVar(key, value string) error {
	now, err := read(a.Path, a.Domain)
	if err != nil {
		return err
	}
	if err := now.Env.Set(key, value); err != nil {
		return err
	}
	a.Env = now.Env
	return replaceFile(a.Path, now.Env.Bytes())
}
