package tls

import (
	"context"
	"crypto/x509"

	"matrix-synapse/offline/plugins/bridge"
)

func selfSignedCert() bridge.Resource {
	fields := certificateFields()
	subjectFields(fields)
	fields["setAuthorityKeyId"] = fields["setSubjectKeyId"]
	fields["privateKeyPem"] = pemInput(true)
	fields["keyAlgorithm"] = output()
	writeOnly(fields, "privateKeyPem")
	return bridge.Resource{
		Token:  "tls:index/selfSignedCert:SelfSignedCert",
		Fields: fields,
		Plan:   planRenewal,
		Read:   readRenewal,
		Create: func(_ context.Context, planned bridge.Values) (string, bridge.Values, error) {
			key, algorithm, err := parseKey(planned.Text("privateKeyPem"))
			if err != nil {
				return "", nil, err
			}
			addresses, uris, err := alternativeNames(planned)
			if err != nil {
				return "", nil, err
			}
			certificate := &x509.Certificate{
				Subject:     distinguishedName(planned.Object("subject")),
				DNSNames:    planned.List("dnsNames"),
				IPAddresses: addresses,
				URIs:        uris,
			}
			id, outputs, err := issue(planned, certificate, certificate, key.Public(), key)
			if err == nil {
				outputs.Set("keyAlgorithm", algorithm)
			}
			return id, outputs, err
		},
	}
}
