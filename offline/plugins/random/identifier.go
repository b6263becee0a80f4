package random

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math/big"
	"strings"

	"matrix-synapse/offline/plugins/bridge"
)

func identifier() bridge.Resource {
	output := bridge.Field{Kind: bridge.String}
	return bridge.Resource{
		Token: "random:index/randomId:RandomId",
		Fields: map[string]bridge.Field{
			"byteLength": {
				Kind: bridge.Int, Input: true, Required: true, Replaces: bridge.Always,
				Rules: []bridge.Rule{bridge.AtLeast(1, "be at least 1")},
			},
			"prefix":  {Kind: bridge.String, Input: true, Replaces: bridge.Always},
			"keepers": keepers(),
			"b64Url":  output, "b64Std": output, "hex": output, "dec": output,
		},
		Create: func(_ context.Context, planned bridge.Values) (string, bridge.Values, error) {
			bytes := make([]byte, planned.Whole("byteLength"))
			if _, err := rand.Read(bytes); err != nil {
				return "", nil, err
			}
			id, outputs := forms(bytes, planned.Text("prefix"))
			return id, outputs, nil
		},
		Import: importIdentifier,
	}
}

func forms(bytes []byte, prefix string) (string, bridge.Values) {
	id := base64.RawURLEncoding.EncodeToString(bytes)
	outputs := bridge.Values{}
	outputs.Set("b64Url", prefix+id)
	outputs.Set("b64Std", prefix+base64.StdEncoding.EncodeToString(bytes))
	outputs.Set("hex", prefix+hex.EncodeToString(bytes))
	outputs.Set("dec", prefix+new(big.Int).SetBytes(bytes).String())
	return id, outputs
}

// importIdentifier takes "<b64Url>" or "<prefix>,<b64Url>".
func importIdentifier(_ context.Context, given string) (string, bridge.Values, error) {
	prefix, encoded := "", given
	if comma := strings.LastIndex(given, ","); comma >= 0 {
		prefix, encoded = given[:comma], given[comma+1:]
	}
	bytes, err := base64.RawURLEncoding.DecodeString(encoded)
	if err != nil {
		return "", nil, fmt.Errorf("import a random ID as its b64Url, or as <prefix>,<b64Url>: %w", err)
	}
	id, outputs := forms(bytes, prefix)
	outputs.Set("byteLength", len(bytes))
	if prefix != "" {
		outputs.Set("prefix", prefix)
	}
	return id, outputs, nil
}
