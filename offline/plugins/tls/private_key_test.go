package tls

import (
	"regexp"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"

	"matrix-synapse/offline/plugins/plugintest"
)

const privateKeyToken = "privateKey:PrivateKey"

func TestPrivateKeyOfEachAlgorithm(t *testing.T) {
	for name, test := range map[string]struct {
		inputs in
		header string
		ssh    bool
	}{
		"RSA":         {in{"algorithm": "RSA"}, "RSA PRIVATE KEY", true},
		"ECDSA":       {in{"algorithm": "ECDSA", "ecdsaCurve": "P256"}, "EC PRIVATE KEY", true},
		"ECDSA P-224": {in{"algorithm": "ECDSA"}, "EC PRIVATE KEY", false},
		"ED25519":     {in{"algorithm": "ED25519"}, "PRIVATE KEY", true},
	} {
		t.Run(name, func(t *testing.T) {
			r := newResource(t, privateKeyToken, "key")
			r.Create(test.inputs.Map())
			text := plugintest.Text(t, r.Outputs, "privateKeyPem")
			if !strings.HasPrefix(text, "-----BEGIN "+test.header+"-----\n") {
				t.Errorf("privateKeyPem begins with %.30q", text)
			}
			algorithm := plugintest.Text(t, test.inputs.Map(), "algorithm")
			for _, output := range []string{"privateKeyPem", "privateKeyPemPkcs8"} {
				if _, got, err := parseKey(plugintest.Text(t, r.Outputs, output)); err != nil || got != algorithm {
					t.Errorf("%s: %v %v", output, got, err)
				}
			}
			if !regexp.MustCompile(`^[0-9a-f]{40}$`).MatchString(r.ID) {
				t.Errorf("ID: %q", r.ID)
			}
			checkSSH(t, r, test.ssh)
			plugintest.Equal(t, "unchanged", r.Diff(test.inputs.Map()))
		})
	}
}

func checkSSH(t *testing.T, r *plugintest.Resource, supported bool) {
	t.Helper()
	private := plugintest.Text(t, r.Outputs, "privateKeyOpenssh")
	public := plugintest.Text(t, r.Outputs, "publicKeyOpenssh")
	if !supported {
		if private != "" || public != "" || plugintest.Text(t, r.Outputs, "publicKeyFingerprintMd5") != "" {
			t.Error("OpenSSH outputs for a curve that OpenSSH does not know")
		}
		return
	}
	key, err := ssh.ParsePrivateKey([]byte(private))
	if err != nil {
		t.Fatal(err)
	}
	if string(ssh.MarshalAuthorizedKey(key.PublicKey())) != public {
		t.Error("the OpenSSH keys are no pair")
	}
	if got := plugintest.Text(t, r.Outputs, "publicKeyFingerprintSha256"); got != ssh.FingerprintSHA256(key.PublicKey()) {
		t.Errorf("fingerprint: %q", got)
	}
}

func TestPrivateKeySecretsAreMarked(t *testing.T) {
	r := newResource(t, privateKeyToken, "key")
	preview := r.PreviewCreate(in{"algorithm": "ED25519"}.Map())
	r.Create(in{"algorithm": "ED25519"}.Map())
	for name, secret := range map[string]bool{
		"privateKeyPem": true, "privateKeyPemPkcs8": true, "privateKeyOpenssh": true,
		"publicKeyPem": false, "publicKeyOpenssh": false, "publicKeyFingerprintMd5": false,
	} {
		if r.Outputs.Get(name).Secret() != secret {
			t.Errorf("%s: secret is not %v", name, secret)
		}
		if value := preview.Get(name); !value.IsComputed() || value.Secret() != secret {
			t.Errorf("%s in a preview: %#v", name, value)
		}
	}
}

func TestPrivateKeyIsReplacedByEveryInput(t *testing.T) {
	r := newResource(t, privateKeyToken, "key")
	r.Create(in{"algorithm": "ED25519"}.Map())
	plugintest.Equal(t, "defaults spelt out", r.Diff(in{"algorithm": "ED25519", "rsaBits": 2048, "ecdsaCurve": "P224"}.Map()))
	plugintest.Equal(t, "algorithm", r.Diff(in{"algorithm": "RSA"}.Map()), "algorithm: update&replace")
	plugintest.Equal(t, "bits", r.Diff(in{"algorithm": "ED25519", "rsaBits": 4096}.Map()), "rsaBits: update&replace")
	plugintest.Equal(t, "curve", r.Diff(in{"algorithm": "ED25519", "ecdsaCurve": "P384"}.Map()), "ecdsaCurve: update&replace")
	before := r.Outputs
	if !r.Refresh() || !before.Get("privateKeyPem").Equals(r.Outputs.Get("privateKeyPem")) {
		t.Error("a refresh changed the key")
	}
	r.Delete()
}

func TestPrivateKeyRefusals(t *testing.T) {
	for name, test := range map[string]struct {
		inputs in
		want   string
	}{
		"an unknown algorithm": {in{"algorithm": "DSA"}, `algorithm: input "algorithm" must be RSA, ECDSA or ED25519, got "DSA"`},
		"an unknown curve":     {in{"algorithm": "ECDSA", "ecdsaCurve": "P-256"}, `ecdsaCurve: input "ecdsaCurve" must be P224`},
		"an unknown input":     {in{"algorithm": "RSA", "bits": 4096}, `bits: unknown input "bits"`},
	} {
		_, failures := newResource(t, privateKeyToken, "key").Check(test.inputs.Map())
		if len(failures) != 1 || !strings.HasPrefix(failures[0], test.want) {
			t.Errorf("%s: got %q", name, failures)
		}
	}
	if err := newResource(t, privateKeyToken, "key").Import("x"); err == nil || !strings.Contains(err.Error(), "cannot be imported") {
		t.Errorf("import: got %v", err)
	}
}
