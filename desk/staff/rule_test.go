package staff

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"

	"pitdesk/internal/fault"
	"pitdesk/internal/totp"
)

func TestWhichPasswordsAreTaken(t *testing.T) {
	t.Parallel()
	for _, good := range []string{"seven slow owls", "Тихие совы летят", "correct horse battery staple", strings.Repeat("ab", 100), "xK9#mQ2$vL", "ada is not my password"} {
		if err := checkPassword(good, "ada@lucky-fox.example", "Ada Lovelace"); err != nil {
			t.Errorf("%q is refused: %v", good, err)
		}
	}
	for _, bad := range []string{"", "short", "123456789", "1234567890", "qwertyuiop", "QWERTYUIOP", "Password123", "butterfly2026!", "  1234567890  ", "aaaaaaaaaaaa",
		"ada@lucky-fox.example", "Ada Lovelace", "adalovelace", "Ada@Lucky-Fox.example", "AdaLovelace2026", strings.Repeat("x", 201), "\xff\xfe\xfd\xfc\xfb\xfa\xf9\xf8\xf7\xf6\xf5"} {
		if err := checkPassword(bad, "ada@lucky-fox.example", "Ada Lovelace"); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("%q is taken: %v", bad, err)
		}
	}
	if n := len(common()); n < 10_000 {
		t.Errorf("only %d commonest passwords are known", n)
	}
}

func TestHashesAreBounded(t *testing.T) {
	var held []func()
	for range cap(hashers) {
		release, err := hasher(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		held = append(held, release)
	}
	patience := hashPatient
	hashPatient = time.Millisecond
	defer func() { hashPatient = patience }()
	_, err := matches(t.Context(), "seven slow owls", "")
	if e := fault.Of(err); fault.CodeOf(err) != fault.Unavailable || e.RetryAfter == 0 {
		t.Errorf("one more at once: %v", err)
	}
	for _, release := range held {
		release()
	}
	hashPatient = patience
	ctx, cancel := context.WithCancel(t.Context())
	hashed, err := hash(ctx, "seven slow owls")
	cancel()
	if err != nil {
		t.Fatal(err)
	}
	for password, want := range map[string]bool{"seven slow owls": true, "seven slow owl": false} {
		if got, err := matches(t.Context(), password, hashed); got != want || err != nil {
			t.Errorf("%q matches: %v, %v", password, got, err)
		}
	}
	if got, err := matches(t.Context(), "anything", ""); got || err != nil {
		t.Errorf("nobody's hash matches: %v, %v", got, err)
	}
}

func FuzzAddresses(f *testing.F) {
	for _, seed := range []string{"ada@x.example", "a\r\nb@c.d", "a@b", "@", "ы@пример.рф", "\"a b\"@c.d", "a@b@c.d", strings.Repeat("a", 65) + "@b.c"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, email string) {
		email = CleanEmail(email)
		if mailable(email) && (strings.ContainsAny(email, "\r\n\x00 \"<>,;:\\()") || strings.Count(email, "@") != 1 || len(email) > 254) {
			t.Errorf("%q passes", email)
		}
	})
}

func FuzzCodes(f *testing.F) {
	f.Add("123 456")
	f.Add("ABCD-efgh-ijkm-npqr")
	f.Fuzz(func(t *testing.T, code string) {
		if got := totp.Clean(code); len(got) > 300 || strings.ContainsAny(got, " -") {
			t.Errorf("%q becomes %q", code, got)
		}
		totp.Step("JBSWY3DPEHPK3PXP", totp.Clean(code))
		totp.Step(code, "123456")
	})
}

// An unknown account must cost what a known one does.
func TestNobodysHashCostsAsMuchAsAnybodys(t *testing.T) {
	t.Parallel()
	params, _, key, err := argon2id.DecodeHash(nobodysHash())
	if err != nil {
		t.Fatal(err)
	}
	params.SaltLength, params.KeyLength = hashing().SaltLength, uint32(len(key))
	if *params != *hashing() {
		t.Errorf("nobody's hash has %+v, members' have %+v", *params, *hashing())
	}
	if strong.Memory < 64*1024 || strong.Iterations < 3 {
		t.Errorf("members' hashes are weaker than RFC 9106 recommends: %+v", *strong)
	}
}

func TestAttemptsAreCountedByNetwork(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{"192.0.2.7": "192.0.2.7", "::ffff:192.0.2.7": "192.0.2.7", "2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64",
		"2001:db8:1:2:ffff::1": "2001:db8:1:2::/64", "2001:db8:1:3::1": "2001:db8:1:3::/64", "fe80::1%eth0": "fe80::/64", "": "", "pipe": "pipe"} {
		if got := (From{Address: address}).network(); got != want {
			t.Errorf("%q counts as %q, want %q", address, got, want)
		}
	}
}
