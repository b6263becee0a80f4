package random_test

import (
	"encoding/base64"
	"encoding/hex"
	"testing"

	"matrix-synapse/offline/plugins/plugintest"
	"matrix-synapse/offline/plugins/random"
)

func newIdentifier(t *testing.T) *plugintest.Resource {
	server := plugintest.Server(t, random.Provider().Build(), "random", random.Version)
	return plugintest.New(t, server, "random:index/randomId:RandomId", "id")
}

func TestIdentifierHasAllItsForms(t *testing.T) {
	r := newIdentifier(t)
	r.Create(in{"byteLength": 6, "prefix": "p-"}.Map())
	bytes, err := base64.RawURLEncoding.DecodeString(r.ID)
	if err != nil || len(bytes) != 6 {
		t.Fatalf("ID %q: %v", r.ID, err)
	}
	if got, want := plugintest.Text(t, r.Outputs, "hex"), "p-"+hex.EncodeToString(bytes); got != want {
		t.Errorf("hex: got %q, want %q", got, want)
	}
	if got := plugintest.Text(t, r.Outputs, "b64Url"); got != "p-"+r.ID {
		t.Errorf("b64Url: got %q", got)
	}
	plugintest.Equal(t, "unchanged", r.Diff(in{"byteLength": 6, "prefix": "p-"}.Map()))
	plugintest.Equal(t, "changed", r.Diff(in{"byteLength": 7}.Map()),
		"byteLength: update&replace", "prefix: delete&replace")
}

func TestIdentifierIsImportedWithItsPrefix(t *testing.T) {
	r := newIdentifier(t)
	if err := r.Import("p-,AAEC"); err != nil {
		t.Fatal(err)
	}
	if got := plugintest.Text(t, r.Outputs, "dec"); got != "p-258" || r.ID != "AAEC" {
		t.Errorf("got dec %q, ID %q", got, r.ID)
	}
	plugintest.Equal(t, "same settings", r.Diff(in{"byteLength": 3, "prefix": "p-"}.Map()))
}
