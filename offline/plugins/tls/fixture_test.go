package tls

import (
	"crypto/x509"
	"encoding/pem"
	"sync"
	"testing"
	"time"

	"matrix-synapse/offline/plugins/plugintest"
)

type in = plugintest.In

func newResource(t *testing.T, kind, name string) *plugintest.Resource {
	server := plugintest.Server(t, Provider().Build(), "tls", Version)
	return plugintest.New(t, server, "tls:index/"+kind, name)
}

// testKey is one key for all tests, and another one.
var testKey = sync.OnceValue(func() [2]string {
	var texts [2]string
	for i := range texts {
		key, err := generateKey("ECDSA", "P256", 0)
		if err != nil {
			panic(err)
		}
		if texts[i], err = encodeKey(key); err != nil {
			panic(err)
		}
	}
	return texts
})

func authorityInputs() in {
	return in{
		"privateKeyPem":       plugintest.Secret(testKey()[0]),
		"subject":             in{"commonName": "Test CA"},
		"validityPeriodHours": 100,
		"allowedUses":         []string{"cert_signing", "crl_signing"},
		"isCaCertificate":     true,
	}
}

func serverInputs() in {
	return in{
		"privateKeyPem":       plugintest.Secret(testKey()[0]),
		"subject":             in{"commonName": "matrix.example.org", "organization": "Example"},
		"dnsNames":            []string{"matrix.example.org", "example.org"},
		"ipAddresses":         []string{"127.0.0.1", "::1"},
		"uris":                []string{"https://example.org/x"},
		"validityPeriodHours": 100,
		"earlyRenewalHours":   10,
		"allowedUses":         []string{"server_auth", "digital_signature", "key_encipherment"},
	}
}

func certificateOf(t *testing.T, r *plugintest.Resource) *x509.Certificate {
	t.Helper()
	block, _ := pem.Decode([]byte(plugintest.Text(t, r.Outputs, "certPem")))
	certificate, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	return certificate
}

// atHour sets the clock ahead for the rest of the test.
func atHour(t *testing.T, hours int) {
	now = func() time.Time { return time.Now().Add(time.Duration(hours) * time.Hour) }
	t.Cleanup(func() { now = time.Now })
}
