package random_test

import (
	"regexp"
	"strings"
	"testing"

	"golang.org/x/crypto/bcrypt"

	"matrix-synapse/offline/plugins/plugintest"
	"matrix-synapse/offline/plugins/random"
)

type in = plugintest.In

func newPassword(t *testing.T) *plugintest.Resource {
	server := plugintest.Server(t, random.Provider().Build(), "random", random.Version)
	return plugintest.New(t, server, "random:index/randomPassword:RandomPassword", "secret")
}

func TestPasswordHasTheLengthAndItsHash(t *testing.T) {
	r := newPassword(t)
	r.Create(in{"length": 40}.Map())
	result := plugintest.Text(t, r.Outputs, "result")
	if len(result) != 40 || r.ID != "none" {
		t.Errorf("got a result of %d characters and ID %q", len(result), r.ID)
	}
	hash := plugintest.Text(t, r.Outputs, "bcryptHash")
	if err := bcrypt.CompareHashAndPassword([]byte(hash), []byte(result)); err != nil {
		t.Errorf("the hash is not the result's: %v", err)
	}
	for _, name := range []string{"result", "bcryptHash"} {
		if !r.Outputs.Get(name).Secret() {
			t.Errorf("%s is not secret", name)
		}
	}
}

func TestPasswordOutputsHoldTheDefaults(t *testing.T) {
	r := newPassword(t)
	r.Create(in{"length": 8}.Map())
	for _, name := range []string{"special", "upper", "lower", "number", "numeric"} {
		if value := r.Outputs.Get(name); !value.IsBool() || !value.AsBool() {
			t.Errorf("%s: got %#v, want true", name, value)
		}
	}
	if value := r.Outputs.Get("minUpper"); !value.IsNumber() || value.AsNumber() != 0 {
		t.Errorf("minUpper: got %#v, want 0", value)
	}
	if value, ok := r.Inputs.GetOk("__defaults"); ok {
		t.Errorf("__defaults: got %#v, want none", value)
	}
	if value := r.Inputs.Get("special"); !value.IsNull() {
		t.Errorf("the default stands in the inputs, where the official plugin does not write it: %#v", value)
	}
}

func TestPasswordKeepsToTheCharacters(t *testing.T) {
	for name, test := range map[string]struct {
		inputs in
		want   string
	}{
		"letters and digits":  {in{"length": 64, "special": false}, `^[A-Za-z0-9]{64}$`},
		"digits alone":        {in{"length": 64, "special": false, "upper": false, "lower": false}, `^[0-9]{64}$`},
		"number for numeric":  {in{"length": 64, "special": false, "number": false}, `^[A-Za-z]{64}$`},
		"own specials":        {in{"length": 64, "overrideSpecial": "_", "upper": false, "lower": false}, `^[0-9_]{64}$`},
		"minimum of specials": {in{"length": 4, "minSpecial": 4, "overrideSpecial": "~"}, `^~~~~$`},
	} {
		t.Run(name, func(t *testing.T) {
			r := newPassword(t)
			r.Create(test.inputs.Map())
			if result := plugintest.Text(t, r.Outputs, "result"); !regexp.MustCompile(test.want).MatchString(result) {
				t.Errorf("got %q, want %s", result, test.want)
			}
		})
	}
}

func TestPasswordReplacesOnEveryInput(t *testing.T) {
	r := newPassword(t)
	base := in{"length": 20, "keepers": in{"rotation": "1"}}
	r.Create(base.Map())
	plugintest.Equal(t, "unchanged", r.Diff(base.Map()))
	plugintest.Equal(t, "defaults spelt out", r.Diff(base.With("special", true).With("minLower", 0).Map()))
	for change, test := range map[string]struct {
		inputs in
		want   []string
	}{
		"length":           {base.With("length", 21), []string{"length: update&replace"}},
		"special":          {base.With("special", false), []string{"special: update&replace"}},
		"numeric":          {base.With("numeric", false), []string{"number: update&replace", "numeric: update&replace"}},
		"minimum":          {base.With("minUpper", 2), []string{"minUpper: update&replace"}},
		"own specials":     {base.With("overrideSpecial", "_"), []string{"overrideSpecial: add&replace"}},
		"keeper":           {base.With("keepers", in{"rotation": "2"}), []string{"keepers.rotation: update&replace"}},
		"another keeper":   {base.With("keepers", in{"rotation": "1", "a-b": "x"}), []string{`keepers["a-b"]: add&replace`}},
		"no keepers":       {base.Without("keepers"), []string{"keepers: delete&replace"}},
		"unknown keeper":   {base.With("keepers", in{"rotation": plugintest.Unknown()}), []string{"keepers.rotation: update&replace"}},
		"unknown length":   {base.With("length", plugintest.Unknown()), []string{"length: update&replace"}},
		"unknown key set":  {base.With("keepers", plugintest.Unknown()), []string{"keepers: update&replace"}},
		"empty for absent": {in{"length": 20, "keepers": in{"rotation": "1"}, "overrideSpecial": ""}, []string{"overrideSpecial: add&replace"}},
	} {
		t.Run(change, func(t *testing.T) {
			plugintest.Equal(t, "diff", r.Diff(test.inputs.Map()), test.want...)
		})
	}
}

func TestPasswordWithEmptyKeepersIsOnlyUpdated(t *testing.T) {
	r := newPassword(t)
	r.Create(in{"length": 20}.Map())
	before := plugintest.Text(t, r.Outputs, "result")
	withKeepers := in{"length": 20, "keepers": in{}}.Map()
	plugintest.Equal(t, "diff", r.Diff(withKeepers), "keepers: add")
	r.Update(withKeepers)
	if plugintest.Text(t, r.Outputs, "result") != before {
		t.Error("an update changed the password")
	}
}

func TestPasswordSurvivesRefreshAndDelete(t *testing.T) {
	r := newPassword(t)
	r.Create(in{"length": 20}.Map())
	before := r.Outputs
	if !r.Refresh() || !before.Get("result").Equals(r.Outputs.Get("result")) {
		t.Error("a refresh changed the password")
	}
	r.Delete()
}

func TestPasswordPreviewKnowsAllButTheSecrets(t *testing.T) {
	outputs := newPassword(t).PreviewCreate(in{"length": 20, "keepers": in{"of": plugintest.Unknown()}}.Map())
	for _, name := range []string{"result", "bcryptHash"} {
		if value := outputs.Get(name); !value.IsComputed() || !value.Secret() {
			t.Errorf("%s: got %#v, want a secret unknown", name, value)
		}
	}
	if value := outputs.Get("length"); !value.IsNumber() {
		t.Errorf("length: got %#v", value)
	}
}

func TestPasswordKeepsSecretInputsSecret(t *testing.T) {
	r := newPassword(t)
	r.Create(in{"length": 20, "overrideSpecial": plugintest.Secret("_")}.Map())
	if !r.Outputs.Get("overrideSpecial").Secret() {
		t.Error("the secret input is public in the outputs")
	}
}

func TestPasswordIsImportedByItsValue(t *testing.T) {
	r := newPassword(t)
	if err := r.Import("hunter2-hunter2"); err != nil {
		t.Fatal(err)
	}
	if r.ID != "none" || plugintest.Text(t, r.Outputs, "result") != "hunter2-hunter2" || !r.Outputs.Get("result").Secret() {
		t.Errorf("got ID %q and outputs %#v", r.ID, r.Outputs)
	}
	plugintest.Equal(t, "same settings", r.Diff(in{"length": 15}.Map()))
	plugintest.Equal(t, "other settings", r.Diff(in{"length": 15, "special": false}.Map()), "special: update&replace")
}

func TestPasswordRefusesWhatTheOfficialPluginRefuses(t *testing.T) {
	for name, test := range map[string]struct {
		inputs in
		want   string
	}{
		"an unknown input":     {in{"length": 8, "lenght": 9}, `lenght: unknown input "lenght"`},
		"an output":            {in{"length": 8, "result": "x"}, `result: unknown input "result"`},
		"no length":            {in{}, `length: missing required input "length"`},
		"length 0":             {in{"length": 0}, `length: input "length" must be at least 1, got 0`},
		"a string for length":  {in{"length": "8"}, `length: input "length" must be a whole number, got "8"`},
		"too short":            {in{"length": 3, "minLower": 2, "minUpper": 2}, `length: input "length" must be at least minUpper`},
		"nothing to pick from": {in{"length": 8, "special": false, "upper": false, "lower": false, "numeric": false}, "numeric: at least one of"},
		"a contradiction":      {in{"length": 8, "number": true, "numeric": false}, "number: number and numeric are both set"},
	} {
		t.Run(name, func(t *testing.T) {
			_, failures := newPassword(t).Check(test.inputs.Map())
			if len(failures) == 0 || !strings.HasPrefix(failures[0], test.want) {
				t.Errorf("got %q, want %q", failures, test.want)
			}
		})
	}
}

func TestPasswordErrorsHideSecretValues(t *testing.T) {
	_, failures := newPassword(t).Check(in{"length": plugintest.Secret("hunter2")}.Map())
	if len(failures) != 1 || strings.Contains(failures[0], "hunter2") {
		t.Errorf("got %q", failures)
	}
}
