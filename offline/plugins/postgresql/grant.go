package postgresql

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/lib/pq"

	"matrix-synapse/offline/plugins/bridge"
)

// public is no role of its own; in a privilege it means every role.
const public = "public"

// databasePrivileges are those that ALL stands for, as the official plugin lists them.
var databasePrivileges = []string{"CREATE", "CONNECT", "TEMPORARY"}

// grant is what a role may do with a database.
func grant(s *server) bridge.Resource {
	fixed := bridge.Field{Kind: bridge.String, Input: true, Required: true, Replaces: bridge.Always}
	objectType := fixed
	objectType.Rules = []bridge.Rule{bridge.OneOf(
		"be database (the offline stand-in implements no other objects; use the official plugin)", "database")}
	within := "privileges on anything but a whole database"
	grants := &grants{s}
	return bridge.Resource{
		Token:               "postgresql:index/grant:Grant",
		DeleteBeforeReplace: true,
		Fields: map[string]bridge.Field{
			"role":            fixed,
			"database":        fixed,
			"objectType":      objectType,
			"privileges":      {Kind: bridge.StringSet, Input: true, Required: true},
			"withGrantOption": {Kind: bridge.Bool, Input: true, Default: false, Replaces: bridge.Always},
			"schema":          {Kind: bridge.String, Refused: within},
			"objects":         {Kind: bridge.StringSet, Refused: within},
			"columns":         {Kind: bridge.StringSet, Refused: within},
		},
		Create: func(ctx context.Context, planned bridge.Values) (string, bridge.Values, error) {
			outputs, err := grants.set(ctx, planned)
			return grantID(planned), outputs, err
		},
		Read: grants.read,
		Update: func(ctx context.Context, _ string, _, planned bridge.Values) (bridge.Values, error) {
			return grants.set(ctx, planned)
		},
		Delete: func(ctx context.Context, _ string, state bridge.Values) error {
			return grants.inDatabase(ctx, state, func(t *transaction) error { return t.revokePrivileges(state) })
		},
	}
}

type grants struct{ *server }

func grantID(values bridge.Values) string {
	return strings.Join([]string{values.Text("role"), values.Text("database"), values.Text("objectType")}, "_")
}

// set revokes everything first: privileges that are listed no more are to go as well.
func (g *grants) set(ctx context.Context, planned bridge.Values) (bridge.Values, error) {
	for _, privilege := range planned.List("privileges") {
		if privilege != "ALL" && !slices.Contains(databasePrivileges, privilege) {
			return nil, fmt.Errorf("%s is not an allowed privilege for object type database", privilege)
		}
	}
	err := g.inDatabase(ctx, planned, func(t *transaction) error {
		if err := t.revokePrivileges(planned); err != nil {
			return err
		}
		return t.grantPrivileges(planned)
	})
	if err != nil {
		return nil, err
	}
	return g.privileges(ctx, planned)
}

// inDatabase runs work in a session of the database, so the connected user must be let in there.
func (g *grants) inDatabase(ctx context.Context, values bridge.Values, work func(*transaction) error) error {
	name := values.Text("database")
	return g.transaction(ctx, name, func(t *transaction) error {
		if err := t.lockRole(values.Text("role")); err != nil {
			return err
		}
		if err := t.exec("could not get advisory lock for database "+name,
			"SELECT pg_advisory_xact_lock(oid::bigint) FROM pg_database WHERE datname = $1", name); err != nil {
			return err
		}
		return work(t)
	})
}

func (t *transaction) revokePrivileges(values bridge.Values) error {
	return t.exec("could not execute revoke query", fmt.Sprintf("REVOKE ALL PRIVILEGES ON DATABASE %s FROM %s",
		pq.QuoteIdentifier(values.Text("database")), pq.QuoteIdentifier(values.Text("role"))))
}

func (t *transaction) grantPrivileges(values bridge.Values) error {
	privileges := values.List("privileges")
	if len(privileges) == 0 {
		return nil
	}
	statement := fmt.Sprintf("GRANT %s ON DATABASE %s TO %s", strings.Join(privileges, ","),
		pq.QuoteIdentifier(values.Text("database")), pq.QuoteIdentifier(values.Text("role")))
	if values.Truth("withGrantOption") {
		statement += " WITH GRANT OPTION"
	}
	return t.exec("could not execute grant query", statement)
}

func (g *grants) read(ctx context.Context, _ string, state bridge.Values) (bridge.Values, error) {
	pool, err := g.open(ctx, "")
	if err != nil {
		return nil, err
	}
	var there bool
	if _, err := scan(pool.QueryRowContext(ctx, `
		SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1) AND ($2 = $3 OR EXISTS (SELECT FROM pg_roles WHERE rolname = $2))`,
		state.Text("database"), state.Text("role"), public), "could not check if database and role exist", &there); err != nil || !there {
		return nil, err
	}
	return g.privileges(ctx, state)
}

// privileges are those that the database's own list names for the role. Where a database has no list, PostgreSQL's defaults hold, by
// which everybody may connect; the official plugin takes that for no privilege at all.
func (g *grants) privileges(ctx context.Context, state bridge.Values) (bridge.Values, error) {
	pool, err := g.open(ctx, state.Text("database"))
	if err != nil {
		return nil, err
	}
	var granted pq.StringArray
	if _, err := scan(pool.QueryRowContext(ctx, `
		SELECT ARRAY(SELECT privilege_type FROM (SELECT (aclexplode(datacl)).* FROM pg_database WHERE datname = $1) AS list
			WHERE grantee = CASE WHEN $2 = $3 THEN 0 ELSE (SELECT oid FROM pg_roles WHERE rolname = $2) END)`,
		state.Text("database"), state.Text("role"), public), "could not read privileges for database "+state.Text("database"), &granted); err != nil {
		return nil, err
	}
	outputs := bridge.Values{}
	for _, name := range []string{"role", "database", "objectType"} {
		outputs.Set(name, state.Text(name))
	}
	outputs.Set("withGrantOption", state.Truth("withGrantOption"))
	outputs.Set("privileges", state.List("privileges"))
	if !samePrivileges(granted, state.List("privileges")) {
		outputs.Set("privileges", []string(granted))
	}
	return outputs, nil
}

func samePrivileges(granted, wanted []string) bool {
	if slices.Contains(wanted, "ALL") && !slices.Contains(granted, "ALL") {
		wanted = databasePrivileges
	}
	granted, wanted = slices.Clone(granted), slices.Clone(wanted)
	slices.Sort(granted)
	slices.Sort(wanted)
	return slices.Equal(slices.Compact(granted), slices.Compact(wanted))
}
