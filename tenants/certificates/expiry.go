package certificates

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"time"

	"pitdesk/internal/seal"
)

// Expiry is how the certificates of hosts that serve fare.
type Expiry struct {
	Count int       // of certificates
	Late  int       // that should have been renewed: less than a sixth of their life is left
	First time.Time // when the first of all ends; zero where there is none
}

// LookAt reads the certificates of casinos' hosts and of the deployment's own. Those of hosts that nobody serves any more are
// left out: they may end.
func (s *Storage) LookAt(ctx context.Context, own []string, now time.Time) (Expiry, error) {
	var e Expiry
	rows, err := s.control.DB.QueryContext(ctx, `with files as (
			select name, content, content_sealed, substring(name from '([^/]+)\.crt$') as host from control.certificate_files where name like '%.crt')
		select f.name, f.content, f.content_sealed from files f where f.host = any ($1::text[]) or exists (select 1 from control.hosts h where h.host = f.host)`, own)
	if err != nil {
		return e, fmt.Errorf("certificates: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		var text, sealed []byte
		if err := rows.Scan(&name, &text, &sealed); err != nil {
			return e, fmt.Errorf("certificates: %w", err)
		}
		if text, err = Secrets.Open(seal.With(ctx, s.ring), text, sealed, name); err != nil {
			return e, fmt.Errorf("certificates: %w", err)
		}
		block, _ := pem.Decode(text)
		if block == nil {
			continue
		}
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			continue // what can't be read is renewed by who uses it
		}
		e.Count++
		if left := c.NotAfter.Sub(now); left < c.NotAfter.Sub(c.NotBefore)/6 {
			e.Late++
		}
		if e.First.IsZero() || c.NotAfter.Before(e.First) {
			e.First = c.NotAfter
		}
	}
	return e, rows.Err()
}
