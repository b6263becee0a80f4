package postgresql

import (
	"testing"

	"matrix-synapse/offline/plugins/plugintest"
)

func TestDatabaseIsMadeAsAsked(t *testing.T) {
	finally(t, `DROP DATABASE IF EXISTS "odd ""db"`, "DROP ROLE IF EXISTS db_owner")
	run(t, "CREATE ROLE db_owner")
	r := newDatabase(t)
	inputs := in{
		"name": `odd "db`, "owner": "db_owner", "template": "template0", "encoding": "UTF8", "lcCollate": "C", "lcCtype": "C",
		"connectionLimit": 12,
	}
	r.Create(inputs.Map())
	if r.ID != `odd "db` {
		t.Errorf("ID: %q", r.ID)
	}
	got := ask[string](t, `SELECT datcollate || datctype || datconnlimit || pg_get_userbyid(datdba) FROM pg_database WHERE datname = $1`, r.ID)
	if got != "CC12db_owner" {
		t.Errorf("the server has %s", got)
	}
	plugintest.Equal(t, "unchanged", r.Diff(inputs.Map()))
	r.Refresh()
	plugintest.Equal(t, "unchanged after a refresh", r.Diff(inputs.Map()))

	// A session inside does not keep it from being dropped.
	inside, err := connect("postgres", adminPassword, `odd "db`)
	if err != nil || inside.Ping() != nil {
		t.Fatal("no session inside")
	}
	defer inside.Close()
	tx, err := inside.Begin()
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	r.Delete()
	if ask[int](t, "SELECT count(*) FROM pg_database WHERE datname = $1", r.ID) != 0 {
		t.Error("the database is still there")
	}
}

func TestDatabaseFillsInWhatTheServerChooses(t *testing.T) {
	finally(t, "DROP DATABASE IF EXISTS plain_db")
	r := newDatabase(t)
	preview := r.PreviewCreate(in{"name": "plain_db"}.Map())
	r.Create(in{"name": "plain_db"}.Map())
	for name, want := range map[string]string{
		"owner": "postgres", "template": "template0", "encoding": "UTF8", "tablespaceName": "pg_default",
	} {
		if got := plugintest.Text(t, r.Outputs, name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
		if !preview.Get(name).IsComputed() {
			t.Errorf("%s is known in the preview", name)
		}
	}
	if r.Outputs.Get("isTemplate").AsBool() || !r.Outputs.Get("allowConnections").AsBool() {
		t.Errorf("outputs: %#v", r.Outputs)
	}
	plugintest.Equal(t, "unchanged", r.Diff(in{"name": "plain_db"}.Map()))
}

func TestDatabaseIsReplacedByItsCharacterSettingsAlone(t *testing.T) {
	finally(t, "DROP DATABASE IF EXISTS fixed_db")
	r := newDatabase(t)
	base := in{"name": "fixed_db", "encoding": "UTF8", "lcCollate": "C"}
	r.Create(base.Map())
	for name, test := range map[string]struct {
		inputs in
		want   string
	}{
		"encoding":    {base.With("encoding", "LATIN1"), "encoding: update&replace"},
		"collation":   {base.With("lcCollate", "C.UTF-8"), "lcCollate: update&replace"},
		"ctype":       {base.With("lcCtype", "POSIX"), "lcCtype: update&replace"},
		"template":    {base.With("template", "template1"), "template: update&replace"},
		"name":        {base.With("name", "other"), "name: update"},
		"owner":       {base.With("owner", "other"), "owner: update"},
		"limit":       {base.With("connectionLimit", 5), "connectionLimit: update"},
		"connections": {base.With("allowConnections", false), "allowConnections: update"},
		"is template": {base.With("isTemplate", true), "isTemplate: update"},
		"objects too": {base.With("alterObjectOwnership", true), "alterObjectOwnership: update"},
	} {
		t.Run(name, func(t *testing.T) { plugintest.Equal(t, "diff", r.Diff(test.inputs.Map()), test.want) })
	}
	if !r.RawDiff(base.With("encoding", "LATIN1").Map()).DeleteBeforeReplace {
		t.Error("the new one would be made while the old one has the name")
	}
	plugintest.Equal(t, "left out, so left alone", r.Diff(base.Without("lcCollate").Map()))
}

func TestDatabaseIsUpdatedInPlace(t *testing.T) {
	finally(t, "DROP DATABASE IF EXISTS old_db", "DROP DATABASE IF EXISTS new_db", "DROP ROLE IF EXISTS first_owner", "DROP ROLE IF EXISTS second_owner")
	run(t, "CREATE ROLE first_owner", "CREATE ROLE second_owner")
	r := newDatabase(t)
	r.Create(in{"name": "old_db", "owner": "first_owner"}.Map())
	inside, err := connect("postgres", adminPassword, "old_db")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := inside.Exec("CREATE TABLE kept (); ALTER TABLE kept OWNER TO first_owner"); err != nil {
		t.Fatal(err)
	}
	inside.Close()
	r.Update(in{"name": "new_db", "owner": "second_owner", "alterObjectOwnership": true, "connectionLimit": 8, "isTemplate": true}.Map())
	got := ask[string](t, `SELECT datconnlimit || pg_get_userbyid(datdba) || datistemplate FROM pg_database WHERE datname = 'new_db'`)
	if got != "8second_ownertrue" {
		t.Errorf("the server has %s", got)
	}
	inside, err = connect("postgres", adminPassword, "new_db")
	if err != nil {
		t.Fatal(err)
	}
	defer inside.Close()
	var owner string
	if err := inside.QueryRow("SELECT tableowner FROM pg_tables WHERE tablename = 'kept'").Scan(&owner); err != nil || owner != "second_owner" {
		t.Errorf("the table belongs to %q: %v", owner, err)
	}
	r.Delete()
}

func TestDatabaseRefreshShowsTheDrift(t *testing.T) {
	finally(t, "DROP DATABASE IF EXISTS drift_db", "DROP ROLE IF EXISTS thief")
	r := newDatabase(t)
	base := in{"name": "drift_db", "owner": "postgres"}
	r.Create(base.Map())
	run(t, "CREATE ROLE thief", "ALTER DATABASE drift_db OWNER TO thief", "ALTER DATABASE drift_db CONNECTION LIMIT 2")
	r.Refresh()
	plugintest.Equal(t, "diff", r.Diff(base.Map()), "connectionLimit: update", "owner: update")
	r.Update(base.Map())
	if got := ask[string](t, "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'drift_db'"); got != "postgres" {
		t.Errorf("the owner is %s", got)
	}
	run(t, "DROP DATABASE drift_db")
	if r.Refresh() {
		t.Error("a dropped database is still in the state")
	}
}

func TestDatabaseIsImportedByItsName(t *testing.T) {
	finally(t, "DROP DATABASE IF EXISTS imported_db")
	run(t, "CREATE DATABASE imported_db CONNECTION LIMIT 3")
	r := newDatabase(t)
	if err := r.Import("imported_db"); err != nil {
		t.Fatal(err)
	}
	plugintest.Equal(t, "diff", r.Diff(in{"name": "imported_db", "connectionLimit": 3}.Map()))
}

func TestDatabaseOfAnOwnerWhoDoesNotExist(t *testing.T) {
	if err := newDatabase(t).TryCreate(in{"name": "orphan", "owner": "nobody-here"}.Map()); err == nil {
		t.Error("it was made")
	}
}

func TestDatabaseWithAGeneratedNameIsReplacedBesideTheOldOne(t *testing.T) {
	r := newDatabase(t)
	r.Create(in{}.Map())
	finally(t, `DROP DATABASE IF EXISTS "`+r.ID+`"`)
	if diff := r.RawDiff(in{"encoding": "LATIN1"}.Map()); diff.DeleteBeforeReplace || len(diff.DetailedDiff) != 1 {
		t.Errorf("got %+v", diff)
	}
	r.Refresh()
	plugintest.Equal(t, "after a refresh", r.Diff(in{}.Map()))
}
