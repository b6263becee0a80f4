package tls

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/x509"
	"encoding/pem"

	"golang.org/x/crypto/ssh"

	"matrix-synapse/offline/plugins/bridge"
)

func privateKey() bridge.Resource {
	secret := bridge.Field{Kind: bridge.String, Secret: true}
	return bridge.Resource{
		Token:         "tls:index/privateKey:PrivateKey",
		SchemaVersion: 1,
		Fields: map[string]bridge.Field{
			"algorithm": {
				Kind: bridge.String, Input: true, Required: true, Replaces: bridge.Always,
				Rules: []bridge.Rule{bridge.OneOf("be RSA, ECDSA or ED25519", "RSA", "ECDSA", "ED25519")},
			},
			"rsaBits": {Kind: bridge.Int, Input: true, Default: 2048, Replaces: bridge.Always},
			"ecdsaCurve": {
				Kind: bridge.String, Input: true, Default: "P224", Replaces: bridge.Always,
				Rules: []bridge.Rule{bridge.OneOf("be P224, P256, P384 or P521", "P224", "P256", "P384", "P521")},
			},
			"privateKeyPem":              secret,
			"privateKeyPemPkcs8":         secret,
			"privateKeyOpenssh":          secret,
			"publicKeyPem":               output(),
			"publicKeyOpenssh":           output(),
			"publicKeyFingerprintMd5":    output(),
			"publicKeyFingerprintSha256": output(),
		},
		Create: createPrivateKey,
	}
}

func createPrivateKey(_ context.Context, planned bridge.Values) (string, bridge.Values, error) {
	key, err := generateKey(planned.Text("algorithm"), planned.Text("ecdsaCurve"), planned.Whole("rsaBits"))
	if err != nil {
		return "", nil, err
	}
	text, err := encodeKey(key)
	if err != nil {
		return "", nil, err
	}
	pkcs8, err := encodePkcs8(key)
	if err != nil {
		return "", nil, err
	}
	public, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		return "", nil, err
	}
	outputs := bridge.Values{}
	outputs.Set("privateKeyPem", text)
	outputs.Set("privateKeyPemPkcs8", pkcs8)
	outputs.Set("publicKeyPem", encode("PUBLIC KEY", public))
	for _, name := range []string{
		"privateKeyOpenssh", "publicKeyOpenssh", "publicKeyFingerprintMd5", "publicKeyFingerprintSha256",
	} {
		outputs.Set(name, "")
	}
	// SSH does not know P-224; these outputs are then empty.
	if ec, ok := key.(*ecdsa.PrivateKey); ok && ec.Curve == elliptic.P224() {
		return fingerprint(public), outputs, nil
	}
	block, err := ssh.MarshalPrivateKey(key, "")
	if err != nil {
		return "", nil, err
	}
	sshPublic, err := ssh.NewPublicKey(key.Public())
	if err != nil {
		return "", nil, err
	}
	outputs.Set("privateKeyOpenssh", string(pem.EncodeToMemory(block)))
	outputs.Set("publicKeyOpenssh", string(ssh.MarshalAuthorizedKey(sshPublic)))
	outputs.Set("publicKeyFingerprintMd5", ssh.FingerprintLegacyMD5(sshPublic))
	outputs.Set("publicKeyFingerprintSha256", ssh.FingerprintSHA256(sshPublic))
	return fingerprint(public), outputs, nil
}
