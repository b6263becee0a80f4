package postgresql

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/lib/pq"

	"matrix-synapse/offline/plugins/bridge"
)

func (r *roles) update(ctx context.Context, _ string, state, planned bridge.Values) (bridge.Values, error) {
	before, name := state.Text("name"), planned.Text("name")
	err := r.transaction(ctx, "", func(t *transaction) error {
		if err := t.lockRole(before); err != nil {
			return err
		}
		if before != name {
			if name == "" {
				return errors.New("error setting role name to an empty string")
			}
			if err := t.exec("error updating role NAME",
				"ALTER ROLE "+pq.QuoteIdentifier(before)+" RENAME TO "+pq.QuoteIdentifier(name)); err != nil {
				return err
			}
		}
		for _, option := range changedOptions(state, planned) {
			// The option itself may hold the password and stays out of the error.
			what := "error updating role " + strings.Fields(option)[0]
			if err := t.exec(what, "ALTER ROLE "+pq.QuoteIdentifier(name)+" WITH "+option); err != nil {
				return err
			}
		}
		if err := t.revokeAll(name); err != nil {
			return err
		}
		if err := t.grantAll(planned); err != nil {
			return err
		}
		return t.setParameters(state, planned)
	})
	if err != nil {
		return nil, err
	}
	outputs, err := r.read(ctx, name, planned)
	if outputs != nil {
		outputs.Set("id", name)
	}
	return outputs, err
}

func changedOptions(state, planned bridge.Values) []string {
	var options []string
	password := planned.Text("password")
	// A rename loses an MD5 password, which is salted with the name. An empty one is left as it is.
	if password != "" && (planned.Differs(state, "password") || planned.Differs(state, "name")) {
		options = append(options, "PASSWORD "+pq.QuoteLiteral(password))
	}
	if planned.Whole("connectionLimit") != state.Whole("connectionLimit") {
		options = append(options, fmt.Sprintf("CONNECTION LIMIT %d", planned.Whole("connectionLimit")))
	}
	for _, option := range switches {
		switch on := planned.Truth(option.name); {
		case on == state.Truth(option.name):
		case on:
			options = append(options, option.on)
		default:
			options = append(options, option.off)
		}
	}
	if until := planned.Text("validUntil"); until != "" && until != state.Text("validUntil") {
		options = append(options, "VALID UNTIL "+pq.QuoteLiteral(until))
	}
	return options
}

// setParameters sets what a session of the role starts with.
func (t *transaction) setParameters(state, planned bridge.Values) error {
	alter := "ALTER ROLE " + pq.QuoteIdentifier(planned.Text("name")) + " "
	path := "DEFAULT"
	if schemas := planned.List("searchPaths"); len(schemas) > 0 {
		quoted := make([]string, len(schemas))
		for i, schema := range schemas {
			if strings.Contains(schema, ", ") {
				return fmt.Errorf("searchPaths cannot contain `, `: %q", schema)
			}
			quoted[i] = pq.QuoteIdentifier(schema)
		}
		path = strings.Join(quoted, ", ")
	}
	if err := t.exec("could not set search_path", alter+"SET search_path TO "+path); err != nil {
		return err
	}
	for input, parameter := range map[string]string{
		"statementTimeout":                "statement_timeout",
		"idleInTransactionSessionTimeout": "idle_in_transaction_session_timeout",
	} {
		value := planned.Whole(input)
		if value == state.Whole(input) {
			continue
		}
		change := "RESET " + parameter
		if value != 0 {
			change = fmt.Sprintf("SET %s TO %d", parameter, value)
		}
		if err := t.exec("could not set "+parameter, alter+change); err != nil {
			return err
		}
	}
	assumed := planned.Text("assumeRole")
	if assumed == state.Text("assumeRole") {
		return nil
	}
	change := "RESET ROLE"
	if assumed != "" {
		change = "SET ROLE TO " + pq.QuoteIdentifier(assumed)
	}
	return t.exec("could not set role "+assumed, alter+change)
}

func (t *transaction) grantAll(planned bridge.Values) error {
	for _, group := range planned.List("roles") {
		if err := t.grantRole(group, planned.Text("name")); err != nil {
			return err
		}
	}
	return nil
}

func (t *transaction) revokeAll(member string) error {
	var groups pq.StringArray
	if _, err := t.found("could not get roles list for role "+member, `
		SELECT ARRAY(SELECT pg_get_userbyid(roleid)::text FROM pg_auth_members WHERE member = pg_roles.oid)
		FROM pg_roles WHERE rolname = $1`, []any{member}, &groups); err != nil {
		return err
	}
	for _, group := range groups {
		if err := t.revokeRole(group, member); err != nil {
			return err
		}
	}
	return nil
}
