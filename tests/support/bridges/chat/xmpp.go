package main

import (
	"fmt"
	"strings"

	"github.com/matterbridge/go-xmpp"
	"github.com/rs/xid"
)

func xmppClient(arguments []string) (speaker, error) {
	server, jid, password, room, nick, authority := arguments[0], arguments[1], arguments[2], arguments[3], arguments[4], arguments[5]
	trust, err := trusting(authority, jid[strings.Index(jid, "@")+1:])
	if err != nil {
		return nil, err
	}
	options := xmpp.Options{Host: server, User: jid, Password: password, NoTLS: true, StartTLS: true, TLSConfig: trust, Session: true}
	client, err := options.NewClient()
	if err != nil {
		return nil, err
	}
	if _, err := client.JoinMUCNoHistory(room, nick); err != nil {
		return nil, err
	}
	joined := make(chan struct{})
	go func() {
		waiting := true
		for {
			received, err := client.Recv()
			if err != nil {
				fail(err)
			}
			switch what := received.(type) {
			case xmpp.Presence:
				// One's own presence is the last of a room's.
				if waiting && what.From == room+"/"+nick {
					waiting = false
					close(joined)
				}
			case xmpp.Chat:
				if what.Type == "error" {
					fail(fmt.Errorf("refused: %+v", what))
				}
				from := strings.TrimPrefix(what.Remote, room+"/")
				if what.Type == "groupchat" && what.Text != "" && from != nick {
					print(event{Event: "heard", From: from, Text: what.Text, ID: what.ID, Instead: what.ReplaceID})
				}
			}
		}
	}()
	<-joined
	return func(asked request) (string, error) {
		id := xid.New().String()
		_, err := client.Send(xmpp.Chat{Remote: room, Type: "groupchat", Text: asked.Say, ID: id, ReplaceID: asked.Instead})
		return id, err
	}, nil
}
