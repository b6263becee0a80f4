package tls

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"fmt"

	p "github.com/pulumi/pulumi-go-provider"

	"matrix-synapse/offline/plugins/bridge"
)

func locallySignedCert() bridge.Resource {
	fields := certificateFields()
	fields["caCertPem"] = pemInput(false)
	fields["caPrivateKeyPem"] = pemInput(true)
	fields["certRequestPem"] = pemInput(false)
	fields["caKeyAlgorithm"] = output()
	writeOnly(fields, "caPrivateKeyPem")
	return bridge.Resource{
		Token:  "tls:index/locallySignedCert:LocallySignedCert",
		Fields: fields,
		Plan:   planRenewal,
		Read:   readRenewal,
		Create: createLocallySigned,
	}
}

func createLocallySigned(ctx context.Context, planned bridge.Values) (string, bridge.Values, error) {
	der, err := decode(planned.Text("certRequestPem"), "CERTIFICATE REQUEST", "certRequestPem")
	if err != nil {
		return "", nil, err
	}
	request, err := x509.ParseCertificateRequest(der)
	if err != nil {
		return "", nil, fmt.Errorf("failed to parse certRequestPem: %w", err)
	}
	key, algorithm, err := parseKey(planned.Text("caPrivateKeyPem"))
	if err != nil {
		return "", nil, err
	}
	if der, err = decode(planned.Text("caCertPem"), "CERTIFICATE", "caCertPem"); err != nil {
		return "", nil, err
	}
	authority, err := x509.ParseCertificate(der)
	if err != nil {
		return "", nil, fmt.Errorf("failed to parse caCertPem: %w", err)
	}
	if !authority.IsCA {
		p.GetLogger(ctx).Warning("caCertPem does not appear to be a valid certificate authority; " +
			"the resulting certificate might fail validation")
	}
	id, outputs, err := issue(planned, &x509.Certificate{
		Subject:     request.Subject,
		DNSNames:    request.DNSNames,
		IPAddresses: request.IPAddresses,
		URIs:        request.URIs,
	}, authority, request.PublicKey, key)
	if err == nil {
		outputs.Set("caKeyAlgorithm", algorithm)
	}
	return id, outputs, err
}

func decode(text, kind, input string) ([]byte, error) {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return nil, fmt.Errorf("failed to decode PEM of type %q from %s", kind, input)
	}
	if block.Type != kind {
		return nil, fmt.Errorf("invalid PEM type in %s: expected %q, got %q", input, kind, block.Type)
	}
	return block.Bytes, nil
}
