package domains

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/net/publicsuffix"

	"pitdesk/tenants"
)

// Proof is how a claim is proven.
type Proof string

// The proofs.
const (
	ByTXT   Proof = "txt"
	ByCNAME Proof = "cname"
	Vouched Proof = "vouched" // by the operator of the deployment
)

// Finding is what a check found.
type Finding string

// The findings.
const (
	Held      Finding = "held"      // the proof is there
	Missing   Finding = "missing"   // the name exists, without a proof
	Nowhere   Finding = "nowhere"   // the name doesn't exist
	Elsewhere Finding = "elsewhere" // the name points somewhere else, or holds another's proof
	Silent    Finding = "silent"    // nobody answered for it, so nothing is known
	Taken     Finding = "taken"     // the proof is there, but another serves the name in this deployment
)

// Evidence is the outcome of a look at the DNS.
type Evidence struct {
	Finding Finding
	Proof   Proof  // where it was found
	Found   string // where the name points instead
}

// ErrNowhere is what a Resolver answers for a name that doesn't exist (NXDOMAIN, RFC 8020). Any other error means that nobody
// answered.
var ErrNowhere = errors.New("domains: no such name")

// Resolver asks the public DNS.
type Resolver interface {
	// TXT returns the texts at a name; none is no error.
	TXT(ctx context.Context, name string) ([]string, error)
	// CNAME returns what a name is an alias of, one step far; "" for none.
	CNAME(ctx context.Context, name string) (string, error)
}

// lookFor is how long a look at the DNS may take in all.
const lookFor = 8 * time.Second

// Target is where a casino's names point, as a CNAME that proves them: a name of that casino alone, or whoever points a name
// here could see it claimed by another. under is the name that targets lie under; "" is the deployment's own.
func Target(ctx context.Context, under string) string {
	t, d := tenants.Current(ctx), tenants.PoolsOf(ctx).Doors
	if under == "" {
		return d.SlugHost(t)
	}
	return t.Slug + "." + under
}

// Look asks the DNS for a claim's proof: the token at _desk-verify.{host}, or an alias that leads to target.
func Look(ctx context.Context, dns Resolver, d Domain, target string) Evidence {
	ctx, cancel := context.WithTimeout(ctx, lookFor)
	defer cancel()
	var texts []string
	var textErr error
	var wait sync.WaitGroup
	wait.Go(func() { texts, textErr = dns.TXT(ctx, d.TXTName()) })
	first, reached, aliasErr := follow(ctx, dns, d.Host, target)
	wait.Wait()
	texts = slices.DeleteFunc(texts, func(s string) bool { return strings.TrimSpace(s) == "" })
	for i, text := range texts {
		texts[i] = strings.Trim(strings.TrimSpace(text), `"`)
	}
	switch {
	case slices.Contains(texts, d.Token):
		return Evidence{Finding: Held, Proof: ByTXT}
	case reached:
		return Evidence{Finding: Held, Proof: ByCNAME}
	case textErr != nil && !errors.Is(textErr, ErrNowhere), aliasErr != nil && !errors.Is(aliasErr, ErrNowhere):
		return Evidence{Finding: Silent}
	case first != "":
		return Evidence{Finding: Elsewhere, Found: first}
	case len(texts) > 0:
		return Evidence{Finding: Elsewhere, Found: cut(texts[0])}
	case aliasErr != nil && textErr != nil:
		return Evidence{Finding: Nowhere}
	}
	return Evidence{Finding: Missing}
}

// farthest is how many aliases are followed.
const farthest = 8

// follow walks the aliases from host until target. first is the first of them.
func follow(ctx context.Context, dns Resolver, host, target string) (first string, reached bool, err error) {
	at := host
	for range farthest {
		next, err := dns.CNAME(ctx, at)
		if err != nil && at == host {
			return "", false, err
		}
		if err != nil && errors.Is(err, ErrNowhere) || err == nil && next == "" {
			return first, false, nil
		}
		if err != nil {
			return first, false, err
		}
		if at = bareName(next); first == "" {
			first = at
		}
		if at == bareName(target) {
			return first, true, nil
		}
	}
	return first, false, nil
}

func bareName(name string) string { return strings.ToLower(strings.TrimSuffix(name, ".")) }

// cut keeps a stranger's text short and of letters that a page can show.
func cut(text string) string {
	text = strings.Map(func(r rune) rune {
		if unspeakable(r) || r == '\ufffd' {
			return -1
		}
		return r
	}, text)
	if letters := []rune(text); len(letters) > 120 {
		return string(letters[:119]) + "…"
	}
	return text
}

func bare(host string) bool {
	registered, err := publicsuffix.EffectiveTLDPlusOne(host)
	return err == nil && registered == host
}
