package main

import (
	"cmp"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net"
	netmail "net/mail"
	"net/netip"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"pitdesk/internal/jobs"
	"pitdesk/internal/mail"
	"pitdesk/internal/seal"
	"pitdesk/internal/webhooks"
	"pitdesk/tenants/domains"
)

// Settings are what every command takes, by flag or by PITDESK_* variable. A secret may instead stand in a file that
// PITDESK_*_FILE names.
type Settings struct {
	Addr                string        `env:"PITDESK_ADDR" default:":8080" help:"Address to listen on."`
	Data                string        `env:"PITDESK_DATA" default:"data" help:"Folder for files, keys and the embedded database."`
	DatabaseURL         string        `env:"PITDESK_DATABASE_URL" help:"Postgres as the role that serves casinos. Empty: an embedded one in the data folder."`
	ControlDatabaseURL  string        `env:"PITDESK_CONTROL_DATABASE_URL" help:"Postgres as the role behind the control tables."`
	OwnerDatabaseURL    string        `env:"PITDESK_OWNER_DATABASE_URL" help:"Postgres as the schema's owner; migrate alone needs it."`
	ListenDatabaseURL   string        `env:"PITDESK_LISTEN_DATABASE_URL" help:"Postgres for the one connection that listens to the other processes, past a pooler that shares connections. Empty: where PITDESK_DATABASE_URL leads."`
	NATSURL             string        `env:"PITDESK_NATS_URL,NATS_URL" help:"NATS server that processes tell each other by, as nats:// or tls://, several with commas between. Empty: by Postgres."`
	BaseURL             string        `env:"PITDESK_BASE_URL" help:"The deployment's own address, such as https://desk.example. Empty: http://localhost and the port of the address."`
	VendorName          string        `env:"PITDESK_VENDOR_NAME" default:"Pitdesk" help:"Who offers this deployment: the name on its public site, on resellers' console and on bills. No casino's page bears it."`
	ContactEmail        string        `env:"PITDESK_CONTACT_EMAIL" help:"Whom readers of the vendor's public site write to. Empty: no address is shown."`
	TermsURL            string        `env:"PITDESK_TERMS_URL" help:"The vendor's terms, which its public site links to. Empty: no link."`
	PrivacyURL          string        `env:"PITDESK_PRIVACY_URL" help:"The vendor's privacy notice, which its public site links to. Empty: no link."`
	FilesURL            string        `env:"PITDESK_FILES_URL" help:"Neutral address that serves players' files. Empty: the casino's own host, as attachments."`
	LinkKey             string        `env:"PITDESK_LINK_KEY" help:"Secret that signs the addresses of players' files, at least 32 characters, the same in every process. Empty: one is made in the data folder."`
	SealKeys            string        `env:"PITDESK_SEAL_KEYS" help:"Keys that secrets in the database are sealed with, the same in every process, as pitdesk seal key prints them. Empty: they are made in the data folder."`
	SMTPURL             string        `env:"PITDESK_SMTP_URL" help:"Relay for mail: smtp://user:password@host:587. Empty: mail waits in the queue, for three weeks at most."`
	HeadKeyFile         string        `env:"PITDESK_HEAD_KEY_FILE" help:"Ed25519 key that signs logs' heads, PKCS #8 in PEM. Empty: one is made in the data folder."`
	StripeKey           string        `env:"PITDESK_STRIPE_KEY" help:"Stripe's secret or restricted key, live or test. Empty: billing is off, and casinos have everything that nobody took from them by hand."`
	StripeWebhookSecret string        `env:"PITDESK_STRIPE_WEBHOOK_SECRET" help:"Signing secret of the webhook endpoint that sends to /billing/stripe at the base URL. Empty: what has changed at Stripe is found every hour."`
	StripeTax           bool          `env:"PITDESK_STRIPE_TAX" help:"Let Stripe Tax work out taxes; the account must be registered for them."`
	StripeURL           string        `env:"PITDESK_STRIPE_URL" hidden:"" help:"Where Stripe answers, for tests. Empty: its own address."`
	APILimit            int           `env:"PITDESK_API_LIMIT" default:"1200" help:"Requests of one API key that a process answers in a minute; 0 counts none."`
	TrustedProxies      int           `env:"PITDESK_TRUSTED_PROXIES" default:"0" help:"Proxies in front that add to X-Forwarded-For, 0 to 10."`
	DomainTarget        string        `env:"PITDESK_DOMAIN_TARGET" help:"Host under which casinos' own domains are to point, each to {slug}.{target}. Empty: the host of the base URL."`
	DNSServers          []string      `env:"PITDESK_DNS_SERVERS" help:"Name servers that proofs of domains are asked of, as host:port, with commas between. Empty: the machine's own."`
	TLSAddr             string        `env:"PITDESK_TLS_ADDR" help:"Address to listen on for HTTPS, such as :443, with certificates got by ourselves; PITDESK_ADDR then takes port 80's visitors. Empty: a proxy in front speaks TLS."`
	ACMEDirectory       string        `env:"PITDESK_ACME_DIRECTORY" help:"Certificate authority that certificates come from, as the address of its ACME directory. Empty: Let's Encrypt."`
	ACMEEmail           string        `env:"PITDESK_ACME_EMAIL" help:"Whom the certificate authority writes to."`
	ACMERootFile        string        `env:"PITDESK_ACME_ROOT_FILE" help:"Certificates in PEM that the authority's own certificate is believed from. Empty: the system's."`
	WebhookNetworks     []string      `env:"PITDESK_WEBHOOK_NETWORKS" help:"Networks of your own where receivers of webhooks may stand, such as 10.1.0.0/16, with commas between. Empty: public addresses alone."`
	DatabaseConns       int           `env:"PITDESK_DATABASE_CONNS" default:"32" help:"Connections to the database, 4 to 500."`
	TenantConns         int           `env:"PITDESK_TENANT_CONNS" default:"0" help:"Connections that one casino may have of a process while others are at work, 1 to 500; 0 is an eighth of all."`
	TenantStreams       int           `env:"PITDESK_TENANT_STREAMS" default:"2000" help:"Open streams that one casino's pages may have at a process, 1 to 100000."`
	TenantJobs          int           `env:"PITDESK_TENANT_JOBS" default:"10" help:"Jobs of one casino that a process does at a time, 1 to 50."`
	Linger              time.Duration `env:"PITDESK_LINGER" default:"5s" help:"How long to go on serving after SIGTERM, with /readyz at 503, so that the load balancer sends requests elsewhere, 0s to 20s. Nothing with the embedded database."`
	DrainFor            time.Duration `env:"PITDESK_DRAIN_FOR" default:"20s" help:"How long open requests and jobs may take to end after SIGTERM, 0s to 22s."`
	LogLevel            string        `env:"PITDESK_LOG_LEVEL" default:"info" help:"debug, info, warn or error."`
	Watching

	Bucket Bucket `embed:""`

	base      *url.URL
	log       *slog.Logger
	acmeRoots *x509.CertPool

	webhookNetworks []netip.Prefix
	// guest allows a command to work beside the process that supervises the embedded database.
	guest bool
	// role is what the process does: serve, work or demo.
	role string
}

// secrets may be given as files.
func (s *Settings) secrets() map[string]*string {
	return map[string]*string{
		"PITDESK_DATABASE_URL":          &s.DatabaseURL,
		"PITDESK_CONTROL_DATABASE_URL":  &s.ControlDatabaseURL,
		"PITDESK_OWNER_DATABASE_URL":    &s.OwnerDatabaseURL,
		"PITDESK_LISTEN_DATABASE_URL":   &s.ListenDatabaseURL,
		"PITDESK_NATS_URL":              &s.NATSURL,
		"PITDESK_SMTP_URL":              &s.SMTPURL,
		"PITDESK_LINK_KEY":              &s.LinkKey,
		"PITDESK_SEAL_KEYS":             &s.SealKeys,
		"PITDESK_STRIPE_KEY":            &s.StripeKey,
		"PITDESK_STRIPE_WEBHOOK_SECRET": &s.StripeWebhookSecret,
		"PITDESK_S3_ACCESS_KEY":         &s.Bucket.AccessKey,
		"PITDESK_S3_SECRET_KEY":         &s.Bucket.SecretKey,
	}
}

// resolve reads secrets from files and checks every value. An error names the setting and its bound.
func (s *Settings) resolve(getenv func(string) string) error {
	for name, at := range s.secrets() {
		file := getenv(name + "_FILE")
		if file == "" {
			continue
		}
		if *at != "" {
			return fmt.Errorf("%s and %s_FILE are both set: keep one", name, name)
		}
		text, err := os.ReadFile(file) // #nosec G304 -- the path is the operator's own setting
		if err != nil {
			return fmt.Errorf("%s_FILE: %w", name, err)
		}
		*at = strings.TrimSpace(string(text))
	}
	_, port, err := net.SplitHostPort(s.Addr)
	if err != nil {
		return fmt.Errorf("PITDESK_ADDR %q: want host:port or :port", s.Addr)
	}
	if n, err := strconv.Atoi(port); err != nil || n < 0 || n > 65535 {
		return fmt.Errorf("PITDESK_ADDR %q: the port must be 0 to 65535", s.Addr)
	}
	if s.BaseURL == "" {
		s.BaseURL = "http://localhost:" + port
	}
	s.base, err = url.Parse(s.BaseURL)
	if err != nil || (s.base.Scheme != "http" && s.base.Scheme != "https") || s.base.Hostname() == "" || strings.Trim(s.base.Path, "/") != "" {
		return fmt.Errorf("PITDESK_BASE_URL %q: want http:// or https://, a host, and no path", s.BaseURL)
	}
	if s.ContactEmail != "" {
		if a, err := netmail.ParseAddress(s.ContactEmail); err != nil || a.Address != s.ContactEmail {
			return fmt.Errorf("PITDESK_CONTACT_EMAIL %q: want an e-mail address", s.ContactEmail)
		}
	}
	for name, link := range map[string]string{"PITDESK_TERMS_URL": s.TermsURL, "PITDESK_PRIVACY_URL": s.PrivacyURL} {
		if u, err := url.Parse(link); link != "" && (err != nil || u.Hostname() == "" || (u.Scheme != "http" && u.Scheme != "https")) {
			return fmt.Errorf("%s %q: want http:// or https:// and a host", name, link)
		}
	}
	if s.FilesURL != "" {
		if u, err := url.Parse(s.FilesURL); err != nil || u.Hostname() == "" || (u.Scheme != "http" && u.Scheme != "https") {
			return fmt.Errorf("PITDESK_FILES_URL %q: want http:// or https:// and a host", s.FilesURL)
		}
	}
	if s.ListenDatabaseURL != "" {
		if _, err := pgx.ParseConfig(s.ListenDatabaseURL); err != nil {
			return errors.New("PITDESK_LISTEN_DATABASE_URL: want the address of a Postgres, such as postgres://pitdesk_app@db/pitdesk")
		}
	}
	for _, server := range strings.Split(s.NATSURL, ",") {
		if u, err := url.Parse(strings.TrimSpace(server)); s.NATSURL != "" && (err != nil || u.Hostname() == "" || (u.Scheme != "nats" && u.Scheme != "tls")) {
			return errors.New("PITDESK_NATS_URL: want nats:// or tls:// and a host, with commas between several")
		}
	}
	if _, err := s.mailer(); err != nil {
		return err
	}
	if _, err := s.openOffice(); err != nil {
		return err
	}
	if s.webhookNetworks, err = webhooks.ParseNetworks(s.WebhookNetworks); err != nil {
		return fmt.Errorf("PITDESK_WEBHOOK_NETWORKS: %w", err)
	}
	if s.LinkKey != "" && len(s.LinkKey) < 32 {
		return fmt.Errorf("PITDESK_LINK_KEY has %d characters: at least 32", len(s.LinkKey))
	}
	if s.SealKeys != "" {
		if _, err := seal.Parse([]byte(s.SealKeys)); err != nil {
			return fmt.Errorf("PITDESK_SEAL_KEYS can't be used: %w; want what `pitdesk seal key` prints", err)
		}
	}
	if s.APILimit < 0 || s.APILimit > 1_000_000 {
		return fmt.Errorf("PITDESK_API_LIMIT is %d: 0 to 1000000", s.APILimit)
	}
	if s.TrustedProxies < 0 || s.TrustedProxies > 10 {
		return fmt.Errorf("PITDESK_TRUSTED_PROXIES is %d: 0 to 10", s.TrustedProxies)
	}
	if s.DomainTarget != "" {
		if host, err := domains.Clean(s.DomainTarget); err != nil || host != s.DomainTarget {
			return fmt.Errorf("PITDESK_DOMAIN_TARGET %q: want a host, such as edge.desk.example", s.DomainTarget)
		}
	}
	if err := s.resolveTLS(); err != nil {
		return err
	}
	if err := s.Bucket.resolve(); err != nil {
		return err
	}
	for _, server := range s.DNSServers {
		if host, port, err := net.SplitHostPort(server); err != nil || host == "" || port == "" {
			return fmt.Errorf("PITDESK_DNS_SERVERS %q: want host:port", server)
		}
	}
	if s.DatabaseConns < 4 || s.DatabaseConns > 500 {
		return fmt.Errorf("PITDESK_DATABASE_CONNS is %d: 4 to 500", s.DatabaseConns)
	}
	if s.TenantConns < 0 || s.TenantConns > 500 {
		return fmt.Errorf("PITDESK_TENANT_CONNS is %d: 0 to 500", s.TenantConns)
	}
	s.TenantStreams, s.TenantJobs = cmp.Or(s.TenantStreams, 2000), cmp.Or(s.TenantJobs, 10)
	if s.TenantStreams < 1 || s.TenantStreams > 100_000 {
		return fmt.Errorf("PITDESK_TENANT_STREAMS is %d: 1 to 100000", s.TenantStreams)
	}
	if s.TenantJobs < 1 || s.TenantJobs > jobs.AtOnce {
		return fmt.Errorf("PITDESK_TENANT_JOBS is %d: 1 to %d", s.TenantJobs, jobs.AtOnce)
	}
	if s.DrainFor < 0 || s.DrainFor > 22*time.Second {
		return fmt.Errorf("PITDESK_DRAIN_FOR is %s: 0s to 22s", s.DrainFor)
	}
	if s.Linger < 0 || s.Linger > 20*time.Second || s.Linger+s.DrainFor > 27*time.Second {
		return fmt.Errorf("PITDESK_LINGER is %s: 0s to 20s, and 27s at most together with PITDESK_DRAIN_FOR, which is %s", s.Linger, s.DrainFor)
	}
	if s.DatabaseURL != "" && s.ControlDatabaseURL == "" {
		return fmt.Errorf("PITDESK_DATABASE_URL is set, PITDESK_CONTROL_DATABASE_URL isn't: both roles are needed")
	}
	var level slog.Level
	if err := level.UnmarshalText([]byte(s.LogLevel)); err != nil {
		return fmt.Errorf("PITDESK_LOG_LEVEL %q: debug, info, warn or error", s.LogLevel)
	}
	if err := s.Watching.check(); err != nil {
		return err
	}
	s.log = slog.New(s.logTo(os.Stderr, level))
	return nil
}

// port is the part of an address after the host, with its colon, as links need it.
func (s *Settings) port() string {
	if p := s.base.Port(); p != "" {
		return ":" + p
	}
	return ""
}

// mailer is what mails leave by: the relay, or nothing where none is configured.
func (s *Settings) mailer() (mail.Mailer, error) {
	if s.SMTPURL == "" {
		return mail.None{}, nil
	}
	relay, err := mail.NewRelay(s.SMTPURL)
	if err != nil {
		return nil, fmt.Errorf("PITDESK_SMTP_URL: %w", err)
	}
	return relay, nil
}
