package tls

import (
	"crypto/x509"
	"slices"
	"strings"
	"testing"
	"time"

	"matrix-synapse/offline/plugins/plugintest"
)

const selfSignedToken = "selfSignedCert:SelfSignedCert"

func TestSelfSignedCertSaysWhatItWasAskedTo(t *testing.T) {
	r := newResource(t, selfSignedToken, "cert")
	r.Create(serverInputs().Map())
	c := certificateOf(t, r)
	if c.Subject.String() != "CN=matrix.example.org,O=Example" {
		t.Errorf("subject: %s", c.Subject)
	}
	if !slices.Equal(c.DNSNames, []string{"matrix.example.org", "example.org"}) || len(c.IPAddresses) != 2 || len(c.URIs) != 1 {
		t.Errorf("names: %v %v %v", c.DNSNames, c.IPAddresses, c.URIs)
	}
	if c.KeyUsage != x509.KeyUsageDigitalSignature|x509.KeyUsageKeyEncipherment || c.ExtKeyUsage[0] != x509.ExtKeyUsageServerAuth {
		t.Errorf("usages: %v %v", c.KeyUsage, c.ExtKeyUsage)
	}
	if got := c.NotAfter.Sub(c.NotBefore); got != 100*time.Hour || c.IsCA || c.SubjectKeyId != nil {
		t.Errorf("valid for %s, CA %v, key ID %x", got, c.IsCA, c.SubjectKeyId)
	}
	if r.ID != c.SerialNumber.String() || plugintest.Text(t, r.Outputs, "keyAlgorithm") != "ECDSA" {
		t.Errorf("ID %q, outputs %#v", r.ID, r.Outputs)
	}
	end, err := time.Parse(time.RFC3339, plugintest.Text(t, r.Outputs, "validityEndTime"))
	if err != nil || end.Unix() != c.NotAfter.Unix() {
		t.Errorf("validityEndTime: %v %v", end, err)
	}
	if !r.Outputs.Get("privateKeyPem").Secret() || r.Outputs.Get("certPem").Secret() {
		t.Error("the private key alone is secret")
	}
}

func TestSelfSignedCertIsReplacedByWhatStandsInIt(t *testing.T) {
	r := newResource(t, selfSignedToken, "cert")
	base := serverInputs()
	r.Create(base.Map())
	plugintest.Equal(t, "unchanged", r.Diff(base.Map()))
	plugintest.Equal(t, "defaults spelt out", r.Diff(base.With("isCaCertificate", false).With("setSubjectKeyId", false).Map()))
	for name, test := range map[string]struct {
		inputs in
		want   string
	}{
		"key":          {base.With("privateKeyPem", plugintest.Secret(testKey()[1])), "privateKeyPem: update&replace"},
		"unknown key":  {base.With("privateKeyPem", plugintest.Unknown()), "privateKeyPem: update&replace"},
		"name":         {base.With("dnsNames", []string{"matrix.example.org", "other.org"}), "dnsNames[1]: update&replace"},
		"subject":      {base.With("subject", in{"commonName": "x", "organization": "Example"}), "subject.commonName: update&replace"},
		"no URIs":      {base.Without("uris"), "uris: delete&replace"},
		"empty URIs":   {base.With("uris", []string{}), "uris[0]: delete&replace"},
		"validity":     {base.With("validityPeriodHours", 200), "validityPeriodHours: update&replace"},
		"CA":           {base.With("isCaCertificate", true), "isCaCertificate: update&replace"},
		"path length":  {base.With("maxPathLength", 1), "maxPathLength: add&replace"},
		"early":        {base.With("earlyRenewalHours", 20), "earlyRenewalHours: update"},
		"usage":        {base.With("allowedUses", []string{"server_auth", "digital_signature"}), "allowedUses[2]: delete&replace"},
		"authority ID": {base.With("setAuthorityKeyId", true), "setAuthorityKeyId: update&replace"},
	} {
		t.Run(name, func(t *testing.T) { plugintest.Equal(t, "diff", r.Diff(test.inputs.Map()), test.want) })
	}
}

func TestSelfSignedCertKeepsItsTextWhenEarlyRenewalChanges(t *testing.T) {
	r := newResource(t, selfSignedToken, "cert")
	r.Create(serverInputs().Map())
	before := plugintest.Text(t, r.Outputs, "certPem")
	r.Update(serverInputs().With("earlyRenewalHours", 20).Map())
	if plugintest.Text(t, r.Outputs, "certPem") != before || r.Outputs.Get("earlyRenewalHours").AsNumber() != 20 {
		t.Errorf("outputs: %#v", r.Outputs)
	}
}

func TestSelfSignedCertIsReplacedOnceItsEarlyRenewalHasCome(t *testing.T) {
	r := newResource(t, selfSignedToken, "cert")
	base := serverInputs()
	r.Create(base.Map())
	atHour(t, 89)
	plugintest.Equal(t, "before", r.Diff(base.Map()))
	if r.Refresh(); r.Outputs.Get("readyForRenewal").AsBool() {
		t.Error("ready too early")
	}
	atHour(t, 91)
	plugintest.Equal(t, "after, with no refresh", r.Diff(base.Map()), "readyForRenewal: update&replace")
	if r.Refresh(); !r.Outputs.Get("readyForRenewal").AsBool() {
		t.Error("a refresh does not say that it is ready")
	}
	plugintest.Equal(t, "after a refresh", r.Diff(base.Map()), "readyForRenewal: update&replace")
}

func TestCertificateAuthority(t *testing.T) {
	r := newResource(t, selfSignedToken, "ca")
	r.Create(authorityInputs().With("setAuthorityKeyId", true).Map())
	c := certificateOf(t, r)
	if !c.IsCA || len(c.SubjectKeyId) != 20 || string(c.SubjectKeyId) != string(c.AuthorityKeyId) {
		t.Errorf("CA %v, key IDs %x %x", c.IsCA, c.SubjectKeyId, c.AuthorityKeyId)
	}
	if err := newResource(t, selfSignedToken, "ca").TryCreate(authorityInputs().Without("subject").Map()); err == nil {
		t.Error("an authority without a subject was made")
	}
}

func TestLocallySignedCertVerifiesAgainstItsAuthority(t *testing.T) {
	ca := newResource(t, selfSignedToken, "ca")
	ca.Create(authorityInputs().Map())
	request := newResource(t, "certRequest:CertRequest", "request")
	requestInputs := in{"privateKeyPem": plugintest.Secret(testKey()[1]), "dnsNames": []string{"matrix.example.org"}}
	request.Create(requestInputs.Map())
	plugintest.Equal(t, "request unchanged", request.Diff(requestInputs.Map()))
	plugintest.Equal(t, "request renamed", request.Diff(requestInputs.With("dnsNames", []string{"x"}).Map()), "dnsNames[0]: update&replace")

	signed := newResource(t, "locallySignedCert:LocallySignedCert", "server")
	inputs := in{
		"caCertPem":           plugintest.Text(t, ca.Outputs, "certPem"),
		"caPrivateKeyPem":     plugintest.Secret(testKey()[0]),
		"certRequestPem":      plugintest.Text(t, request.Outputs, "certRequestPem"),
		"validityPeriodHours": 10,
		"allowedUses":         []string{"server_auth"},
	}
	signed.Create(inputs.Map())
	pool := x509.NewCertPool()
	pool.AddCert(certificateOf(t, ca))
	if _, err := certificateOf(t, signed).Verify(x509.VerifyOptions{Roots: pool, DNSName: "matrix.example.org"}); err != nil {
		t.Error(err)
	}
	if plugintest.Text(t, signed.Outputs, "caKeyAlgorithm") != "ECDSA" || !signed.Outputs.Get("caPrivateKeyPem").Secret() {
		t.Errorf("outputs: %#v", signed.Outputs)
	}
	plugintest.Equal(t, "unchanged", signed.Diff(inputs.Map()))
	plugintest.Equal(t, "another request", signed.Diff(inputs.With("certRequestPem", plugintest.Unknown()).Map()), "certRequestPem: update&replace")
	atHour(t, 11)
	plugintest.Equal(t, "expired", signed.Diff(inputs.Map()), "readyForRenewal: update&replace")
}

func TestCertificatePreviewWithAnUnknownKey(t *testing.T) {
	outputs := newResource(t, selfSignedToken, "cert").PreviewCreate(serverInputs().With("privateKeyPem", plugintest.Unknown()).Map())
	for _, name := range []string{"certPem", "validityEndTime", "keyAlgorithm", "privateKeyPem"} {
		if !outputs.Get(name).IsComputed() {
			t.Errorf("%s: %#v", name, outputs.Get(name))
		}
	}
}

func TestCertificateRefusals(t *testing.T) {
	for name, test := range map[string]struct {
		inputs in
		want   string
	}{
		"an unknown use":    {serverInputs().With("allowedUses", []string{"serverAuth"}), "allowedUses: "},
		"a negative period": {serverInputs().With("validityPeriodHours", -1), "validityPeriodHours: "},
		"an empty address":  {serverInputs().With("ipAddresses", []string{""}), "ipAddresses: "},
		"an unknown part":   {serverInputs().With("subject", in{"cn": "x"}), `subject.cn: unknown input "subject.cn"`},
		"a write-only key":  {serverInputs().With("privateKeyPemWo", "x"), `privateKeyPemWo: input "privateKeyPemWo" is not implemented`},
		"no key":            {serverInputs().Without("privateKeyPem"), "privateKeyPem: missing"},
	} {
		_, failures := newResource(t, selfSignedToken, "cert").Check(test.inputs.Map())
		if len(failures) != 1 || !strings.HasPrefix(failures[0], test.want) {
			t.Errorf("%s: got %q", name, failures)
		}
	}
	err := newResource(t, selfSignedToken, "cert").TryCreate(serverInputs().With("privateKeyPem", plugintest.Secret("hunter2")).Map())
	if err == nil || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("a bad key: got %v", err)
	}
	err = newResource(t, selfSignedToken, "cert").TryCreate(serverInputs().With("ipAddresses", []string{"300.1.1.1"}).Map())
	if err == nil || !strings.Contains(err.Error(), `"300.1.1.1"`) {
		t.Errorf("a bad address: got %v", err)
	}
}
