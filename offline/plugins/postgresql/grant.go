package postgresql

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/lib/pq"

	"matrix-synapse/offline/plugins/bridge"
)

// allowed are the privileges of each object type.
var allowed = map[string][]string{
	"database":  {"CREATE", "CONNECT", "TEMPORARY"},
	"schema":    {"CREATE", "USAGE"},
	"table":     {"SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"},
	"sequence":  {"USAGE", "SELECT", "UPDATE"},
	"function":  {"EXECUTE"},
	"procedure": {"EXECUTE"},
	"routine":   {"EXECUTE"},
}

// argumentTypes cannot be quoted (integer and "integer" are not the same), so they are held to harmless characters.
var argumentTypes = regexp.MustCompile(`^[\w ,.\[\]]*\)$`)

func grant(s *server) bridge.Resource {
	fixed := bridge.Field{Kind: bridge.String, Input: true, Required: true, Replaces: bridge.Always}
	optional, objectType := fixed, fixed
	optional.Required = false
	objectType.Rules = []bridge.Rule{bridge.OneOf("be database, schema, table, sequence, function, procedure or routine "+
		"(the offline stand-in implements no other; use the official plugin)",
		"database", "schema", "table", "sequence", "function", "procedure", "routine")}
	grants := &grants{s}
	return bridge.Resource{
		Token:               "postgresql:index/grant:Grant",
		DeleteBeforeReplace: true,
		Fields: map[string]bridge.Field{
			"role":            fixed,
			"database":        fixed,
			"schema":          optional,
			"objectType":      objectType,
			"objects":         {Kind: bridge.StringSet, Input: true, Replaces: bridge.Always},
			"columns":         {Kind: bridge.StringSet, Refused: "grants on columns"},
			"privileges":      {Kind: bridge.StringSet, Input: true, Required: true},
			"withGrantOption": {Kind: bridge.Bool, Input: true, Default: false, Replaces: bridge.Always},
		},
		Create: func(ctx context.Context, planned bridge.Values) (string, bridge.Values, error) {
			outputs, err := grants.apply(ctx, planned, planned)
			if err != nil {
				return "", nil, err
			}
			return grantID(planned), outputs, nil
		},
		Update: func(ctx context.Context, _ string, state, planned bridge.Values) (bridge.Values, error) {
			return grants.apply(ctx, state, planned)
		},
		Read: grants.read,
		Delete: func(ctx context.Context, _ string, state bridge.Values) error {
			return grants.change(ctx, state, func(t *transaction) error { return t.revokePrivileges(state) })
		},
	}
}

func grantID(values bridge.Values) string {
	parts := []string{values.Text("role"), values.Text("database")}
	if values.Text("objectType") != "database" {
		parts = append(parts, values.Text("schema"))
	}
	parts = append(parts, values.Text("objectType"))
	return strings.Join(append(parts, values.List("objects")...), "_")
}

type grants struct{ *server }

// apply revokes what was granted before and grants anew in one transaction, so that nobody sees the role without.
func (g *grants) apply(ctx context.Context, before, planned bridge.Values) (bridge.Values, error) {
	if err := validateGrant(planned); err != nil {
		return nil, err
	}
	err := g.change(ctx, planned, func(t *transaction) error {
		if err := t.revokePrivileges(before); err != nil {
			return err
		}
		privileges := planned.List("privileges")
		if len(privileges) == 0 {
			return nil
		}
		statement := "GRANT " + strings.Join(privileges, ", ") + " ON " + target(planned) +
			" TO " + pq.QuoteIdentifier(planned.Text("role"))
		if planned.Truth("withGrantOption") {
			statement += " WITH GRANT OPTION"
		}
		return t.exec("could not execute grant query", statement)
	})
	if err != nil {
		return nil, err
	}
	return g.readPrivileges(ctx, planned)
}

func (g *grants) change(ctx context.Context, values bridge.Values, work func(*transaction) error) error {
	database, kind := values.Text("database"), values.Text("objectType")
	return g.transaction(ctx, database, func(t *transaction) error {
		if err := t.lockRole(values.Text("role")); err != nil {
			return err
		}
		if kind == "database" {
			if err := t.lockDatabase(database); err != nil {
				return err
			}
			return work(t)
		}
		owners, err := t.owners(values.Text("schema"), kind != "schema")
		if err != nil {
			return err
		}
		return t.asMemberOf(owners, func() error { return work(t) })
	})
}

func validateGrant(planned bridge.Values) error {
	kind := planned.Text("objectType")
	if planned.Text("schema") == "" && kind != "database" {
		return fmt.Errorf("input \"schema\" is mandatory for a grant on objects of type %q", kind)
	}
	if len(planned.List("objects")) > 0 && (kind == "database" || kind == "schema") {
		return fmt.Errorf("input \"objects\" cannot be set when objectType is %q", kind)
	}
	for _, object := range planned.List("objects") {
		if _, arguments, ok := strings.Cut(object, "("); ok && !argumentTypes.MatchString(arguments) {
			return fmt.Errorf("input \"objects\": %q is no function with its argument types", object)
		}
	}
	for _, privilege := range planned.List("privileges") {
		// The list also keeps SQL out of the statements below.
		if privilege != "ALL" && !slices.Contains(allowed[kind], privilege) {
			return fmt.Errorf("%s is not an allowed privilege for object type %s; allowed are ALL, %s",
				privilege, kind, strings.Join(allowed[kind], ", "))
		}
	}
	return nil
}

// target names the objects that privileges are on.
func target(values bridge.Values) string {
	kind, schema := values.Text("objectType"), pq.QuoteIdentifier(values.Text("schema"))
	switch kind {
	case "database":
		return "DATABASE " + pq.QuoteIdentifier(values.Text("database"))
	case "schema":
		return "SCHEMA " + schema
	}
	kind = strings.ToUpper(kind)
	objects := values.List("objects")
	if len(objects) == 0 {
		return "ALL " + kind + "S IN SCHEMA " + schema
	}
	for i, object := range objects {
		// A function may be named with its argument types: count(text, integer).
		name, arguments, hasArguments := strings.Cut(object, "(")
		objects[i] = schema + "." + pq.QuoteIdentifier(name)
		if hasArguments {
			objects[i] += "(" + arguments
		}
	}
	return kind + " " + strings.Join(objects, ", ")
}

func (t *transaction) revokePrivileges(values bridge.Values) error {
	if err := validateGrant(values); err != nil {
		return err
	}
	privileges := "ALL PRIVILEGES"
	// On named objects only what was granted goes, so that grants on their columns stay.
	if granted := values.List("privileges"); len(granted) > 0 && len(values.List("objects")) > 0 {
		privileges = strings.Join(granted, ", ")
	}
	return t.exec("could not execute revoke query",
		"REVOKE "+privileges+" ON "+target(values)+" FROM "+pq.QuoteIdentifier(values.Text("role")))
}
