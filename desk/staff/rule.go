package staff

import "unicode/utf8"

// checkPassword says what is wrong with a new password.
func checkPassword(password string) error {
	if n := utf8.RuneCountInString(password); n < 10 || n > 200 || !utf8.ValidString(password) {
		return errPasswordLength
	}
	return nil
}
