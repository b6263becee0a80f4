// Package tls stands in for the official tls plugin.
package tls

import (
	"regexp"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"matrix-synapse/offline/plugins/bridge"
)

// Version is the official plugin's version that this one answers for.
const Version = "5.6.1"

// now is the clock; tests set it ahead.
var now = time.Now

// Provider describes the plugin.
func Provider() bridge.Provider {
	return bridge.Provider{
		Name:      "tls",
		Version:   Version,
		Framework: true,
		Config: map[string]bridge.Field{
			"proxy": {Kind: bridge.Object, Refused: "it serves tls.getCertificate alone, which is not implemented"},
		},
		Resources: []bridge.Resource{privateKey(), certRequest(), selfSignedCert(), locallySignedCert()},
	}
}

var pemText = regexp.MustCompile(`^-----BEGIN [[:alpha:] ]+-----\n(.|\s)+\n-----END [[:alpha:] ]+-----\n?$`)

// replacesPem spares states of old official versions, which kept a hash in place of the text.
func replacesPem(old, _ property.Value) bool {
	return old.IsString() && pemText.MatchString(old.AsString())
}

func pemInput(secret bool) bridge.Field {
	return bridge.Field{Kind: bridge.String, Input: true, Required: true, Secret: secret, Replaces: replacesPem}
}

// writeOnly are the inputs that keep a key out of the state.
func writeOnly(fields map[string]bridge.Field, name string) {
	why := "write-only inputs; give the key in " + name
	fields[name+"Wo"] = bridge.Field{Kind: bridge.String, Secret: true, Refused: why}
	fields[name+"WoVersion"] = bridge.Field{Kind: bridge.Int, Refused: why}
}

func output() bridge.Field { return bridge.Field{Kind: bridge.String} }
