package tls

import (
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"net"
	"net/url"

	"matrix-synapse/offline/plugins/bridge"
)

// subjectFields are the inputs that say whom a certificate is for.
func subjectFields(fields map[string]bridge.Field) {
	parts := map[string]bridge.Field{
		"streetAddresses": {Kind: bridge.StringList, Input: true},
	}
	for _, name := range []string{
		"commonName", "country", "emailAddress", "locality", "organization", "organizationalUnit", "postalCode",
		"province", "serialNumber",
	} {
		parts[name] = bridge.Field{Kind: bridge.String, Input: true}
	}
	fields["subject"] = bridge.Field{Kind: bridge.Object, Input: true, Replaces: bridge.Always, Fields: parts}
	fields["dnsNames"] = bridge.Field{Kind: bridge.StringList, Input: true, Replaces: bridge.Always}
	for _, name := range []string{"ipAddresses", "uris"} {
		fields[name] = bridge.Field{
			Kind: bridge.StringList, Input: true, Replaces: bridge.Always,
			Rules: []bridge.Rule{bridge.NoEmptyElements()},
		}
	}
}

func distinguishedName(subject bridge.Values) pkix.Name {
	list := func(name string) []string {
		if text := subject[name]; text.IsString() {
			return []string{text.AsString()}
		}
		return nil
	}
	name := pkix.Name{
		CommonName:         subject.Text("commonName"),
		SerialNumber:       subject.Text("serialNumber"),
		Country:            list("country"),
		Locality:           list("locality"),
		Organization:       list("organization"),
		OrganizationalUnit: list("organizationalUnit"),
		PostalCode:         list("postalCode"),
		Province:           list("province"),
		StreetAddress:      subject.List("streetAddresses"),
	}
	if mail := list("emailAddress"); mail != nil {
		name.ExtraNames = []pkix.AttributeTypeAndValue{{
			Type:  asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 1},
			Value: asn1.RawValue{Tag: asn1.TagIA5String, Bytes: []byte(mail[0])},
		}}
	}
	return name
}

// alternativeNames parses the addresses and URIs of a certificate.
func alternativeNames(values bridge.Values) ([]net.IP, []*url.URL, error) {
	var addresses []net.IP
	for _, text := range values.List("ipAddresses") {
		address := net.ParseIP(text)
		if address == nil {
			return nil, nil, fmt.Errorf("invalid IP address in ipAddresses: %q", text)
		}
		addresses = append(addresses, address)
	}
	var uris []*url.URL
	for _, text := range values.List("uris") {
		uri, err := url.Parse(text)
		if err != nil {
			return nil, nil, fmt.Errorf("invalid URI in uris: %q: %w", text, err)
		}
		uris = append(uris, uri)
	}
	return addresses, uris, nil
}
