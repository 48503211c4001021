package certificates_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"testing"
	"time"

	"pitdesk/internal/pg"
	"pitdesk/internal/pgtest"
	"pitdesk/tenants/certificates"
)

func TestCertificatesThatAreLateAreCounted(t *testing.T) {
	t.Parallel()
	data := pgtest.New(t)
	pool, control, err := pg.Open(t.Context(), data.ControlURL, pg.PoolOptions{MaxConns: 2})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { control.Close(); pool.Close() })
	files, now := certificates.NewStorage(control, nil), time.Now()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	keep := func(host string, begun, ends time.Duration) {
		t.Helper()
		c := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: now.Add(-begun), NotAfter: now.Add(ends)}
		der, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
		if err == nil {
			err = files.Store(t.Context(), "certificates/authority/"+host+"/"+host+".crt", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	const day = 24 * time.Hour
	keep("desk.example", 30*day, 60*day)
	keep("api.desk.example", 80*day, 10*day)
	keep("gone.example", 90*day, -day) // nobody's any more
	own := []string{"desk.example", "api.desk.example"}
	e, err := files.LookAt(t.Context(), own, now)
	if err != nil || e.Count != 2 || e.Late != 1 || e.First.Sub(now).Round(day) != 10*day {
		t.Errorf("looked at %+v, %v", e, err)
	}
	if e, err = files.LookAt(t.Context(), nil, now); err != nil || e.Count != 0 || !e.First.IsZero() {
		t.Errorf("with no hosts: %+v, %v", e, err)
	}
}
