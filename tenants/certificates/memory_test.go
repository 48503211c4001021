package certificates_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"math/big"
	"runtime"
	"testing"
	"time"

	"github.com/caddyserver/certmagic"

	"pitdesk/internal/pgtest"
	"pitdesk/tenants/certificates"
)

// mostPerCertificate is what one that is kept at hand may take of memory: 2,000 of them are at hand at most, so 40 MB.
const mostPerCertificate = 20 << 10

// Not in parallel: what other tests keep would be counted.
func TestWhatACertificateTakesOfMemory(t *testing.T) {
	const all = 300
	var cache *certmagic.Cache
	var config *certmagic.Config
	cache = certmagic.NewCache(certmagic.CacheOptions{GetConfigForCert: func(certmagic.Certificate) (*certmagic.Config, error) { return config, nil }})
	defer cache.Stop()
	config = certmagic.New(cache, certmagic.Config{Storage: certificates.NewStorage(pgtest.New(t).Control(t), nil), OCSP: certmagic.OCSPConfig{DisableStapling: true}})
	var made []tls.Certificate
	for n := range all {
		made = append(made, selfSigned(t, fmt.Sprintf("help.casino-%d.example", n)))
	}
	before := heap()
	for i := range made {
		if _, err := config.CacheUnmanagedTLSCertificate(t.Context(), made[i], nil); err != nil {
			t.Fatal(err)
		}
	}
	grown := heap() - before
	// The chain's octets and the key were there before: an authority's chain of two and a key take some 3 kB.
	each := int(grown)/all + 3<<10
	t.Logf("%d bytes for each of %d certificates", each, all)
	if each > mostPerCertificate {
		t.Errorf("a certificate takes %d bytes", each)
	}
	runtime.KeepAlive(made)
	runtime.KeepAlive(cache)
}

func selfSigned(t *testing.T, host string) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	draft := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{host}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(90 * 24 * time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, draft, draft, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
