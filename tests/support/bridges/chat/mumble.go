package main

import (
	"fmt"
	"net"
	"strconv"
	"strings"

	"layeh.com/gumble/gumble"
	"layeh.com/gumble/gumbleutil"
)

func mumbleClient(arguments []string) (speaker, error) {
	server, nick, authority := arguments[0], arguments[1], arguments[3]
	number, err := strconv.ParseUint(arguments[2], 10, 32)
	if err != nil {
		return nil, err
	}
	trust, err := trusting(authority, arguments[4])
	if err != nil {
		return nil, err
	}
	config := gumble.NewConfig()
	config.Username = nick
	config.Attach(gumbleutil.Listener{
		TextMessage: func(heard *gumble.TextMessageEvent) {
			if heard.Sender != nil {
				print(event{Event: "heard", From: heard.Sender.Name, Text: heard.Message})
			}
		},
		Disconnect: func(end *gumble.DisconnectEvent) { fail(fmt.Errorf("disconnected: %s", end.String)) },
	})
	client, err := gumble.DialWithDialer(new(net.Dialer), server, config, trust)
	if err != nil {
		return nil, err
	}
	channel := client.Channels[uint32(number)]
	if channel == nil {
		return nil, fmt.Errorf("there is no channel %d", number)
	}
	client.Self.Move(channel)
	return func(asked request) (string, error) {
		channel.Send(strings.ReplaceAll(asked.Say, "<", "&lt;"), false)
		return "", nil
	}, nil
}
