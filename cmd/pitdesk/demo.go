package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
)

type demoCommand struct{}

// Run serves two demo casinos, printing where they are and how to sign in.
func (c *demoCommand) Run(ctx context.Context, s *Settings, o *output) error {
	s.role = "demo"
	a, err := openApp(ctx, s)
	if err != nil {
		return err
	}
	defer a.close()
	if err := errors.Join(a.bind(), a.openPrivate(ctx)); err != nil {
		return err
	}
	a.visitor = demoVisitor()
	facts, err := a.seedDemo(a.context(ctx))
	if err != nil {
		return err
	}
	if err := a.seedConsole(a.context(ctx), facts); err != nil {
		return err
	}
	if facts.Console.Reseller.APIKey, err = a.demoKey(a.context(ctx), facts.earlier); err != nil {
		return err
	}
	a.join(ctx)
	server := a.server()
	a.lobbies(server, facts)
	a.mailbox(server, facts)
	if err := a.work(ctx); err != nil {
		return err
	}
	return a.listen(ctx, server, func(net.Addr) {
		facts.address(s.base.Scheme, s.port())
		if err := a.admit(a.context(ctx), facts); err != nil {
			s.log.Error("demo's pages", "err", err)
		}
		if err := facts.write(filepath.Join(s.Data, "demo.json")); err != nil {
			s.log.Error("demo.json", "err", err)
		}
		fmt.Fprint(o.out, facts.text())
	})
}

// demoFacts are what a stranger needs to use the demo: demo.json.
type demoFacts struct {
	BaseURL string       `json:"base_url"`
	Casinos []demoCasino `json:"casinos"`
	Mailbox string       `json:"mailbox,omitempty"`
	Console *demoConsole `json:"console,omitempty"`

	mails   bool         // the mailbox is served
	earlier *demoConsole // what an earlier demo.json of this folder told of it
}

type demoCasino struct {
	ID           string      `json:"id"`
	Name         string      `json:"name"`
	Host         string      `json:"host"`
	URL          string      `json:"url"`
	APIKey       string      `json:"api_key"`
	ChatKey      demoChatKey `json:"chat_key"`
	Staff        []demoStaff `json:"staff"`
	Player       demoPlayer  `json:"player"`
	Conversation string      `json:"conversation"`
	Site         string      `json:"site"`

	slug string
}

type demoChatKey struct {
	ID     string `json:"id"`
	Secret string `json:"secret"`
	Alg    string `json:"alg"`
}

type demoStaff struct {
	Role     string `json:"role"`
	Email    string `json:"email"`
	Password string `json:"password"`
}

type demoPlayer struct {
	Sub  string `json:"sub"`
	Name string `json:"name"`
}

// address fills in where everything is, once the port is known.
func (f *demoFacts) address(scheme, port string) {
	f.BaseURL = scheme + "://localhost" + port
	if f.Console != nil {
		f.Console.URL = scheme + "://console.localhost" + port
	}
	if f.mails {
		f.Mailbox = scheme + "://" + mailHost + port
	}
	for i := range f.Casinos {
		c := &f.Casinos[i]
		c.URL = scheme + "://" + c.Host + port
		c.Site = scheme + "://" + siteOf(c.slug) + port
	}
}

func (f *demoFacts) write(path string) error {
	text, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(text, '\n'), 0o600)
}

func (f *demoFacts) text() string {
	var b strings.Builder
	for _, c := range f.Casinos {
		fmt.Fprintf(&b, "\n%s\n  players  %s (signed in as %s)\n  staff    %s\n", c.Name, c.Site, c.Player.Name, c.URL)
		for _, p := range c.Staff {
			fmt.Fprintf(&b, "           %-8s %s / %s\n", p.Role, p.Email, p.Password)
		}
	}
	if f.Console != nil {
		b.WriteString(f.Console.text())
	}
	if f.Mailbox != "" {
		fmt.Fprintf(&b, "\nMails that would be sent: %s\n", f.Mailbox)
	}
	return b.String()
}
