package random

import (
	"context"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"golang.org/x/crypto/bcrypt"

	"matrix-synapse/offline/plugins/bridge"
)

func password() bridge.Resource {
	flag := bridge.Field{Kind: bridge.Bool, Input: true, Default: true, Replaces: bridge.Always}
	numeric := bridge.Field{Kind: bridge.Bool, Input: true, Computed: true, Replaces: bridge.Always}
	minimum := bridge.Field{Kind: bridge.Int, Input: true, Default: 0, Replaces: bridge.Always}
	secret := bridge.Field{Kind: bridge.String, Secret: true}
	return bridge.Resource{
		Token:         "random:index/randomPassword:RandomPassword",
		SchemaVersion: 3,
		Fields: map[string]bridge.Field{
			"length": {
				Kind: bridge.Int, Input: true, Required: true, Replaces: bridge.Always,
				Rules: []bridge.Rule{bridge.AtLeast(1, "be at least 1")},
			},
			"special": flag, "upper": flag, "lower": flag,
			"number": numeric, "numeric": numeric,
			"minSpecial": minimum, "minUpper": minimum, "minLower": minimum, "minNumeric": minimum,
			"overrideSpecial": {Kind: bridge.String, Input: true, Replaces: replacesSpecial},
			"keepers":         keepers(),
			"result":          secret,
			"bcryptHash":      secret,
		},
		Validate: validatePassword,
		Plan:     planNumeric,
		Create: func(_ context.Context, planned bridge.Values) (string, bridge.Values, error) {
			result, err := generate(charactersOf(planned))
			if err != nil {
				return "", nil, err
			}
			outputs := bridge.Values{}
			return "none", outputs, setResult(outputs, result)
		},
		Import: importPassword,
	}
}

// keepers replace whenever a value changes; an empty map in place of none is only an update.
func keepers() bridge.Field {
	return bridge.Field{Kind: bridge.StringMap, Input: true, Replaces: func(old, new property.Value) bool {
		return !old.IsNull() || new.IsComputed() || new.IsMap() && new.AsMap().Len() > 0
	}}
}

// replacesSpecial spares states in which an older official version wrote an empty string for "unset".
func replacesSpecial(old, new property.Value) bool {
	return !new.IsNull() || old.IsString() && old.AsString() != ""
}

func validatePassword(inputs bridge.Values) []p.CheckFailure {
	var failures []p.CheckFailure
	sum := inputs.Whole("minUpper") + inputs.Whole("minLower") + inputs.Whole("minNumeric") + inputs.Whole("minSpecial")
	if _, known := inputs["length"]; known && inputs.Whole("length") < sum {
		failures = append(failures, p.CheckFailure{
			Property: "length",
			Reason:   `input "length" must be at least minUpper + minLower + minNumeric + minSpecial`,
		})
	}
	for _, name := range []string{"number", "numeric"} {
		if _, set := inputs[name]; !set || inputs.Truth(name) {
			continue
		}
		if !inputs.Truth("special") && !inputs.Truth("upper") && !inputs.Truth("lower") && allKnown(inputs) {
			failures = append(failures, p.CheckFailure{
				Property: name,
				Reason:   "at least one of special, upper, lower and " + name + " must be true",
			})
		}
	}
	_, number := inputs["number"]
	_, numeric := inputs["numeric"]
	if number && numeric && inputs.Truth("number") != inputs.Truth("numeric") {
		failures = append(failures, p.CheckFailure{
			Property: "number",
			Reason:   "number and numeric are both set, to different values; number is deprecated, use numeric",
		})
	}
	return failures
}

func allKnown(inputs bridge.Values) bool {
	for _, name := range []string{"special", "upper", "lower"} {
		if _, known := inputs[name]; !known {
			return false
		}
	}
	return true
}

// planNumeric keeps the deprecated name and the new one alike.
func planNumeric(plan *bridge.Plan) {
	value := property.New(true)
	for _, name := range []string{"number", "numeric"} {
		if given, ok := plan.Inputs[name]; ok {
			value = given
		}
	}
	plan.Values["number"], plan.Values["numeric"] = value, value
}

func importPassword(_ context.Context, id string) (string, bridge.Values, error) {
	outputs := bridge.Values{}
	outputs.Set("length", len(id))
	for _, name := range []string{"special", "upper", "lower", "number", "numeric"} {
		outputs.Set(name, true)
	}
	for _, name := range []string{"minSpecial", "minUpper", "minLower", "minNumeric"} {
		outputs.Set(name, 0)
	}
	return "none", outputs, setResult(outputs, id)
}

func setResult(outputs bridge.Values, result string) error {
	// bcrypt reads 72 bytes and refuses more.
	hashed, err := bcrypt.GenerateFromPassword([]byte(result)[:min(len(result), 72)], bcrypt.DefaultCost)
	if err != nil {
		return err
	}
	outputs.Set("result", result)
	outputs.Set("bcryptHash", string(hashed))
	return nil
}
