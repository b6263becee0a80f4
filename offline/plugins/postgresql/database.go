package postgresql

import (
	"context"
	"fmt"
	"strings"

	"github.com/lib/pq"

	"matrix-synapse/offline/plugins/bridge"
)

func database(s *server) bridge.Resource {
	chosen := bridge.Field{Kind: bridge.String, Input: true, Computed: true}
	fixed := chosen
	fixed.Replaces = bridge.Always
	databases := &databases{s}
	return bridge.Resource{
		Token:    "postgresql:index/database:Database",
		AutoName: "name",
		Fields: map[string]bridge.Field{
			"name":                 {Kind: bridge.String, Input: true},
			"owner":                chosen,
			"tablespaceName":       chosen,
			"template":             fixed,
			"encoding":             fixed,
			"lcCollate":            fixed,
			"lcCtype":              fixed,
			"connectionLimit":      connectionLimit(),
			"allowConnections":     {Kind: bridge.Bool, Input: true, Default: true},
			"isTemplate":           {Kind: bridge.Bool, Input: true, Computed: true},
			"alterObjectOwnership": {Kind: bridge.Bool, Input: true, Default: false},
		},
		Create: databases.create,
		Read:   databases.read,
		Update: databases.update,
		Delete: databases.delete,
		Import: func(ctx context.Context, id string) (string, bridge.Values, error) {
			outputs, err := databases.read(ctx, id, bridge.Values{})
			return id, outputs, err
		},
	}
}

type databases struct{ *server }

func (d *databases) create(ctx context.Context, planned bridge.Values) (string, bridge.Values, error) {
	name, owner := planned.Text("name"), planned.Text("owner")
	if owner == "" {
		owner = d.user()
	}
	err := d.withOwner(ctx, owner, func() error {
		return d.statement(ctx, fmt.Sprintf("error creating database %q", name), creation(planned, name, owner))
	})
	if err != nil {
		return "", nil, err
	}
	outputs, err := d.read(ctx, name, planned)
	return name, outputs, err
}

func creation(planned bridge.Values, name, owner string) string {
	statement := []string{"CREATE DATABASE", pq.QuoteIdentifier(name), "OWNER", pq.QuoteIdentifier(owner)}
	add := func(keyword, input, standard string, quote func(string) string) {
		switch value := planned.Text(input); {
		case strings.EqualFold(value, "DEFAULT"):
			statement = append(statement, keyword, "DEFAULT")
		case value != "":
			statement = append(statement, keyword, quote(value))
		case standard != "":
			statement = append(statement, keyword, quote(standard))
		}
	}
	add("TEMPLATE", "template", "template0", pq.QuoteIdentifier)
	add("ENCODING", "encoding", "UTF8", pq.QuoteLiteral)
	add("LC_COLLATE", "lcCollate", "", pq.QuoteLiteral)
	add("LC_CTYPE", "lcCtype", "", pq.QuoteLiteral)
	add("TABLESPACE", "tablespaceName", "", pq.QuoteIdentifier)
	return fmt.Sprintf("%s ALLOW_CONNECTIONS %t CONNECTION LIMIT %d IS_TEMPLATE %t", strings.Join(statement, " "),
		planned.Truth("allowConnections"), planned.Whole("connectionLimit"), planned.Truth("isTemplate"))
}

func (d *databases) read(ctx context.Context, id string, state bridge.Values) (bridge.Values, error) {
	pool, err := d.open(ctx, "")
	if err != nil {
		return nil, err
	}
	var name, owner, encoding, collate, ctype, tablespace string
	var limit int
	var allow, isTemplate bool
	found, err := scan(pool.QueryRowContext(ctx, `
		SELECT datname, pg_get_userbyid(datdba), pg_encoding_to_char(encoding), datcollate, datctype, spcname,
			datconnlimit, datallowconn, datistemplate
		FROM pg_database JOIN pg_tablespace ON dattablespace = pg_tablespace.oid
		WHERE datname = $1`, id), "error reading database",
		&name, &owner, &encoding, &collate, &ctype, &tablespace, &limit, &allow, &isTemplate)
	if err != nil || !found {
		return nil, err
	}
	outputs := bridge.Values{}
	outputs.Set("name", name)
	outputs.Set("owner", owner)
	outputs.Set("encoding", encoding)
	outputs.Set("lcCollate", collate)
	outputs.Set("lcCtype", ctype)
	outputs.Set("tablespaceName", tablespace)
	outputs.Set("connectionLimit", limit)
	outputs.Set("allowConnections", allow)
	outputs.Set("isTemplate", isTemplate)
	outputs.Set("alterObjectOwnership", state.Truth("alterObjectOwnership"))
	// The server does not remember the template.
	outputs.Set("template", "template0")
	if template := state.Text("template"); template != "" {
		outputs.Set("template", template)
	}
	return outputs, nil
}

func (d *databases) delete(ctx context.Context, _ string, state bridge.Values) error {
	name := state.Text("name")
	quoted := pq.QuoteIdentifier(name)
	return d.withOwner(ctx, state.Text("owner"), func() error {
		if state.Truth("isTemplate") {
			if err := d.statement(ctx, "error updating database IS_TEMPLATE", "ALTER DATABASE "+quoted+" IS_TEMPLATE false"); err != nil {
				return err
			}
		}
		for _, step := range [][2]string{
			{"error blocking connections to database", "ALTER DATABASE " + quoted + " ALLOW_CONNECTIONS false"},
			{"error terminating database connections", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity " +
				"WHERE datname = " + pq.QuoteLiteral(name) + " AND pid <> pg_backend_pid()"},
			{"error dropping database", "DROP DATABASE " + quoted + " WITH (FORCE)"},
		} {
			if err := d.statement(ctx, step[0], step[1]); err != nil {
				return err
			}
		}
		return nil
	})
}

// statement runs one statement outside of any transaction, where databases are made and dropped.
func (d *databases) statement(ctx context.Context, what, statement string) error {
	pool, err := d.open(ctx, "")
	if err != nil {
		return err
	}
	if _, err := pool.ExecContext(ctx, statement); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}
