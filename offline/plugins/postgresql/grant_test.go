package postgresql

import (
	"strings"
	"testing"

	"matrix-synapse/offline/plugins/plugintest"
)

func granting(t *testing.T) {
	finally(t, "DROP SCHEMA IF EXISTS g CASCADE", "DROP OWNED BY grantee", "DROP ROLE IF EXISTS grantee")
	run(t, "CREATE ROLE grantee", "CREATE SCHEMA g", "CREATE TABLE g.one (a int)", "CREATE TABLE g.two (a int)", "CREATE SEQUENCE g.numbers")
}

func may(t *testing.T, function, object, privilege string) bool {
	t.Helper()
	return ask[bool](t, "SELECT "+function+"('grantee', $1, $2)", object, privilege)
}

func TestGrantOnADatabase(t *testing.T) {
	granting(t)
	r := newGrant(t)
	base := in{"role": "grantee", "database": "postgres", "objectType": "database", "privileges": []string{"CREATE", "TEMPORARY"}}
	r.Create(base.Map())
	if r.ID != "grantee_postgres_database" || !may(t, "has_database_privilege", "postgres", "CREATE") {
		t.Errorf("ID %q; not granted", r.ID)
	}
	plugintest.Equal(t, "unchanged", r.Diff(base.Map()))
	plugintest.Equal(t, "in another order", r.Diff(base.With("privileges", []string{"TEMPORARY", "CREATE"}).Map()))
	fewer := base.With("privileges", []string{"TEMPORARY"})
	plugintest.Equal(t, "fewer", r.Diff(fewer.Map()), "privileges[0]: delete")
	r.Update(fewer.Map())
	if may(t, "has_database_privilege", "postgres", "CREATE") {
		t.Error("not revoked by the update")
	}
	r.Delete()
}

func TestGrantOnASchemaAndItsTables(t *testing.T) {
	granting(t)
	schema := newGrant(t)
	schema.Create(in{"role": "grantee", "database": "postgres", "schema": "g", "objectType": "schema", "privileges": []string{"USAGE"}}.Map())
	if schema.ID != "grantee_postgres_g_schema" || !may(t, "has_schema_privilege", "g", "USAGE") {
		t.Errorf("ID %q; not granted", schema.ID)
	}
	tables := newGrant(t)
	all := in{"role": "grantee", "database": "postgres", "schema": "g", "objectType": "table", "privileges": []string{"ALL"}}
	tables.Create(all.Map())
	if tables.ID != "grantee_postgres_g_table" || !may(t, "has_table_privilege", "g.one", "DELETE") || !may(t, "has_table_privilege", "g.two", "SELECT") {
		t.Errorf("ID %q; not granted", tables.ID)
	}
	tables.Refresh()
	plugintest.Equal(t, "ALL is what was granted", tables.Diff(all.Map()))
	tables.Delete()
	if may(t, "has_table_privilege", "g.one", "SELECT") {
		t.Error("not revoked")
	}
	sequences := newGrant(t)
	sequences.Create(in{"role": "grantee", "database": "postgres", "schema": "g", "objectType": "sequence", "objects": []string{"numbers"}, "privileges": []string{"USAGE"}}.Map())
	if sequences.ID != "grantee_postgres_g_sequence_numbers" || !may(t, "has_sequence_privilege", "g.numbers", "USAGE") {
		t.Errorf("ID %q; not granted", sequences.ID)
	}
}

func TestGrantRefreshShowsTheDrift(t *testing.T) {
	granting(t)
	r := newGrant(t)
	base := in{"role": "grantee", "database": "postgres", "schema": "g", "objectType": "table", "objects": []string{"one"}, "privileges": []string{"SELECT", "INSERT"}}
	r.Create(base.Map())
	r.Refresh()
	plugintest.Equal(t, "unchanged", r.Diff(base.Map()))
	run(t, "REVOKE INSERT ON g.one FROM grantee")
	r.Refresh()
	if got := list(r.Outputs.Get("privileges")); len(got) != 1 || got[0] != "SELECT" {
		t.Errorf("outputs: %q", got)
	}
	plugintest.Equal(t, "diff", r.Diff(base.Map()), "privileges[1]: add")
	r.Update(base.Map())
	if !may(t, "has_table_privilege", "g.one", "INSERT") {
		t.Error("the drift was not undone")
	}
	run(t, "DROP OWNED BY grantee", "DROP ROLE grantee")
	if r.Refresh() {
		t.Error("a grant to a dropped role is still in the state")
	}
}

func TestGrantIsReplacedByAllButThePrivilegesOldOneFirst(t *testing.T) {
	granting(t)
	r := newGrant(t)
	base := in{"role": "grantee", "database": "postgres", "schema": "g", "objectType": "table", "privileges": []string{"SELECT"}}
	r.Create(base.Map())
	for name, test := range map[string]struct {
		inputs in
		want   string
	}{
		"role":     {base.With("role", "other"), "role: update&replace"},
		"database": {base.With("database", "other"), "database: update&replace"},
		"schema":   {base.With("schema", "other"), "schema: update&replace"},
		"type":     {base.With("objectType", "sequence"), "objectType: update&replace"},
		"objects":  {base.With("objects", []string{"one"}), "objects: add&replace"},
		"option":   {base.With("withGrantOption", true), "withGrantOption: update&replace"},
	} {
		plugintest.Equal(t, name, r.Diff(test.inputs.Map()), test.want)
		if !r.RawDiff(test.inputs.Map()).DeleteBeforeReplace {
			t.Errorf("%s: the new one would be made before the old one is gone", name)
		}
	}
}

func TestGrantRefusals(t *testing.T) {
	base := in{"role": "postgres", "database": "postgres", "schema": "public", "objectType": "table", "privileges": []string{"SELECT"}}
	for name, test := range map[string]struct {
		inputs in
		want   string
	}{
		"columns":      {base.With("columns", []string{"a"}), `columns: input "columns" is not implemented`},
		"another type": {base.With("objectType", "foreign_server"), `objectType: input "objectType" must be database`},
		"no role":      {base.Without("role"), `role: missing required input "role"`},
	} {
		_, failures := newGrant(t).Check(test.inputs.Map())
		if len(failures) != 1 || !strings.HasPrefix(failures[0], test.want) {
			t.Errorf("%s: got %q", name, failures)
		}
	}
	for name, inputs := range map[string]in{
		"no schema":                base.Without("schema"),
		"a privilege that is none": base.With("privileges", []string{"SELECT ON g.one TO x; --"}),
		"arguments that are none":  base.With("objectType", "function").With("privileges", []string{"EXECUTE"}).With("objects", []string{"f(int); --"}),
		"objects of a schema":      base.With("objectType", "schema").With("privileges", []string{"USAGE"}).With("objects", []string{"one"}),
	} {
		if err := newGrant(t).TryCreate(inputs.Map()); err == nil || strings.Contains(err.Error(), "syntax error") {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestGrantPreviewWithUnknownNames(t *testing.T) {
	newGrant(t).PreviewCreate(in{
		"role": plugintest.Unknown(), "database": plugintest.Unknown(), "objectType": "database", "privileges": plugintest.Unknown(),
	}.Map())
}
