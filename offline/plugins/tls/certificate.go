package tls

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/x509"
	"errors"
	"fmt"
	"math/big"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"matrix-synapse/offline/plugins/bridge"
)

// certificateFields are what every kind of certificate has.
func certificateFields() map[string]bridge.Field {
	flag := bridge.Field{Kind: bridge.Bool, Input: true, Default: false, Replaces: bridge.Always}
	return map[string]bridge.Field{
		"allowedUses": {
			Kind: bridge.StringList, Input: true, Required: true, Replaces: bridge.Always,
			Rules: []bridge.Rule{bridge.OneOf("contain only known key usages, such as server_auth or cert_signing", usageNames()...)},
		},
		"validityPeriodHours": {
			Kind: bridge.Int, Input: true, Required: true, Replaces: bridge.Always,
			Rules: []bridge.Rule{bridge.AtLeast(0, "be at least 0")},
		},
		"earlyRenewalHours": {
			Kind: bridge.Int, Input: true, Default: 0,
			Rules: []bridge.Rule{bridge.AtLeast(0, "be at least 0")},
		},
		"isCaCertificate": flag,
		"setSubjectKeyId": flag,
		"maxPathLength": {
			Kind: bridge.Int, Input: true, Computed: true, Replaces: bridge.Always,
			Rules: []bridge.Rule{bridge.AtLeast(-1, "be at least -1")},
		},
		"certPem":           output(),
		"validityStartTime": output(),
		"validityEndTime":   output(),
		"readyForRenewal":   {Kind: bridge.Bool, Default: false},
	}
}

// issue fills in the template from the inputs, signs it and returns its ID and outputs.
func issue(
	planned bridge.Values, template, parent *x509.Certificate, public crypto.PublicKey, signer crypto.Signer,
) (string, bridge.Values, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 128))
	if err != nil {
		return "", nil, err
	}
	template.BasicConstraintsValid = true
	template.SerialNumber = serial
	template.NotBefore = now()
	template.NotAfter = template.NotBefore.Add(time.Duration(planned.Whole("validityPeriodHours")) * time.Hour)
	template.KeyUsage, template.ExtKeyUsage = usages(planned.List("allowedUses"))
	if template.IsCA = planned.Truth("isCaCertificate"); template.IsCA && template.Subject.String() == "" {
		return "", nil, errors.New("a certificate authority (isCaCertificate) needs at least one part of a subject")
	}
	if length := planned.Whole("maxPathLength"); length >= 0 {
		template.MaxPathLen = length
	}
	if template.IsCA || planned.Truth("setSubjectKeyId") {
		if template.SubjectKeyId, err = subjectKeyID(public); err != nil {
			return "", nil, err
		}
	}
	if planned.Truth("setAuthorityKeyId") {
		if len(parent.SubjectKeyId) == 0 {
			return "", nil, errors.New("setAuthorityKeyId needs an authority with a subject key identifier (setSubjectKeyId)")
		}
		template.AuthorityKeyId = parent.SubjectKeyId
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, public, signer)
	if err != nil {
		return "", nil, fmt.Errorf("failed to create certificate: %w", err)
	}
	outputs := bridge.Values{}
	outputs.Set("certPem", encode("CERTIFICATE", der))
	outputs.Set("validityStartTime", template.NotBefore.Format(time.RFC3339Nano))
	outputs.Set("validityEndTime", template.NotAfter.Format(time.RFC3339Nano))
	return serial.String(), outputs, nil
}

// planRenewal asks for a new certificate once the early renewal time has come, with no refresh needed before.
func planRenewal(plan *bridge.Plan) {
	validity, early := plan.Values["validityPeriodHours"], plan.Values["earlyRenewalHours"]
	if validity.IsNumber() && (validity.AsNumber() == 0 || early.IsNumber() && early.AsNumber() >= validity.AsNumber()) {
		plan.Values.Set("readyForRenewal", true)
	}
	if due(plan.State, plan.Values.Whole("earlyRenewalHours")) {
		plan.Replace["readyForRenewal"] = true
		plan.Values["readyForRenewal"] = property.New(property.Computed)
	}
}

func readRenewal(_ context.Context, _ string, state bridge.Values) (bridge.Values, error) {
	outputs := bridge.Values{}
	if due(state, state.Whole("earlyRenewalHours")) {
		outputs.Set("readyForRenewal", true)
	}
	return outputs, nil
}

func due(state bridge.Values, earlyHours int) bool {
	end, err := time.Parse(time.RFC3339, state.Text("validityEndTime"))
	return err == nil && !now().Before(end.Add(-time.Duration(earlyHours)*time.Hour))
}
