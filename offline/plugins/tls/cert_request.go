package tls

import (
	"context"
	"crypto/rand"
	"crypto/x509"
	"fmt"

	"matrix-synapse/offline/plugins/bridge"
)

func certRequest() bridge.Resource {
	fields := map[string]bridge.Field{
		"privateKeyPem":  pemInput(true),
		"keyAlgorithm":   output(),
		"certRequestPem": output(),
	}
	subjectFields(fields)
	writeOnly(fields, "privateKeyPem")
	return bridge.Resource{
		Token:  "tls:index/certRequest:CertRequest",
		Fields: fields,
		Create: func(_ context.Context, planned bridge.Values) (string, bridge.Values, error) {
			key, algorithm, err := parseKey(planned.Text("privateKeyPem"))
			if err != nil {
				return "", nil, err
			}
			addresses, uris, err := alternativeNames(planned)
			if err != nil {
				return "", nil, err
			}
			der, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{
				Subject:     distinguishedName(planned.Object("subject")),
				DNSNames:    planned.List("dnsNames"),
				IPAddresses: addresses,
				URIs:        uris,
			}, key)
			if err != nil {
				return "", nil, fmt.Errorf("failed to create certificate request: %w", err)
			}
			outputs := bridge.Values{}
			outputs.Set("certRequestPem", encode("CERTIFICATE REQUEST", der))
			outputs.Set("keyAlgorithm", algorithm)
			return fingerprint(der), outputs, nil
		},
	}
}
