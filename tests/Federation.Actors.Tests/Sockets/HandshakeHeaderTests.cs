using Federation.Actors.Sockets;
using Federation.Actors.Sockets.Server;
using Microsoft.Extensions.Primitives;

namespace Federation.Actors.Tests.Sockets;

public sealed class HandshakeHeaderTests
{
    [Theory]
    [InlineData("permessage-deflate", "")]
    [InlineData("permessage-deflate; client_max_window_bits", "; client_max_window_bits")]
    [InlineData("permessage-deflate;client_no_context_takeover", "")]
    [InlineData("permessage-deflate; server_no_context_takeover; client_max_window_bits = 10",
        "; server_no_context_takeover; client_max_window_bits=10")]
    [InlineData("permessage-deflate; server_max_window_bits=\"11\"", "; server_max_window_bits=11")]
    [InlineData("permessage-deflate; client_max_window_bits=8", "")]
    [InlineData("x-other; a=b, permessage-deflate; server_max_window_bits=10", "; server_max_window_bits=10")]
    [InlineData("permessage-deflate; unknown, permessage-deflate; server_max_window_bits=12", "; server_max_window_bits=12")]
    public void The_first_well_formed_offer_is_taken_without_context_takeover_of_the_client(string offer, string expected) =>
        Assert.Equal("permessage-deflate; client_no_context_takeover" + expected, DeflateOffer.Acceptable(offer).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("x-other")]
    [InlineData("permessage-deflate2")]
    [InlineData("permessage-deflate; unknown")]
    [InlineData("permessage-deflate;")]
    [InlineData("permessage-deflate; client_no_context_takeover; client_no_context_takeover")]
    [InlineData("permessage-deflate; server_max_window_bits=10; server_max_window_bits=10")]
    [InlineData("permessage-deflate; client_no_context_takeover=1")]
    [InlineData("permessage-deflate; server_no_context_takeover=true")]
    [InlineData("permessage-deflate; server_max_window_bits")]
    [InlineData("permessage-deflate; server_max_window_bits=")]
    [InlineData("permessage-deflate; server_max_window_bits=8")]
    [InlineData("permessage-deflate; server_max_window_bits=16")]
    [InlineData("permessage-deflate; server_max_window_bits=09")]
    [InlineData("permessage-deflate; server_max_window_bits=+9")]
    [InlineData("permessage-deflate; client_max_window_bits=7")]
    [InlineData("permessage-deflate; client_max_window_bits=ten")]
    public void An_offer_that_must_be_declined_is(string offer) => Assert.Equal(0, DeflateOffer.Acceptable(offer).Count);

    [Theory]
    [InlineData("permessage-deflate; client_no_context_takeover; server_no_context_takeover", 15, 15)]
    [InlineData("permessage-deflate; client_no_context_takeover; client_max_window_bits=10; server_no_context_takeover; "
        + "server_max_window_bits=9", 10, 9)]
    public void An_answer_says_what_was_agreed_to(string answer, int client, int server)
    {
        var agreed = DeflateOffer.Agreed(answer);

        Assert.NotNull(agreed);
        Assert.Equal((client, server), (agreed.ClientMaxWindowBits, agreed.ServerMaxWindowBits));
        Assert.False(agreed.ClientContextTakeover || agreed.ServerContextTakeover);
    }

    [Theory]
    [InlineData("permessage-deflate; server_no_context_takeover", true)]
    [InlineData("permessage-deflate; client_no_context_takeover; server_no_context_takeover", true)]
    [InlineData("permessage-deflate;server_no_context_takeover;server_max_window_bits=8", true)]
    [InlineData("permessage-deflate", false)]
    [InlineData("permessage-deflate; client_no_context_takeover", false)]
    [InlineData("permessage-deflate; server_no_context_takeover; client_max_window_bits=10", false)]
    [InlineData("permessage-deflate; server_no_context_takeover; server_max_window_bits=7", false)]
    [InlineData("permessage-deflate; server_no_context_takeover; server_max_window_bits=9; server_max_window_bits=10", false)]
    [InlineData("permessage-deflate; server_no_context_takeover; server_no_context_takeover", false)]
    [InlineData("permessage-deflate; server_no_context_takeover=1", false)]
    [InlineData("permessage-deflate; server_no_context_takeover; other", false)]
    [InlineData("x-webkit-deflate-frame; server_no_context_takeover", false)]
    [InlineData("", false)]
    public void A_server_may_answer_our_offer_in_these_ways_only(string answer, bool isAnswer)
    {
        Assert.Equal(isAnswer, DeflateOffer.IsAnswer(answer));
        Assert.True(!isAnswer || DeflateOffer.Agreed(answer) is { ClientContextTakeover: false, ClientMaxWindowBits: 15 });
    }

    [Fact]
    public void No_answer_agrees_to_nothing() => Assert.Null(DeflateOffer.Agreed(StringValues.Empty));

    [Fact]
    public void No_offer_stays_no_offer() => Assert.Equal(0, DeflateOffer.Acceptable(StringValues.Empty).Count);

    [Theory]
    [InlineData("edge-1_A", true)]
    [InlineData("a", true)]
    [InlineData("", false)]
    [InlineData("edge.1", false)]
    [InlineData("edge 1", false)]
    [InlineData("édge", false)]
    [InlineData("*", false)]
    [InlineData(">", false)]
    public void A_peer_name_is_letters_digits_underscores_and_hyphens(string name, bool valid) =>
        Assert.Equal(valid, PeerIdentity.IsValid(name));

    [Fact]
    public void A_peer_name_has_at_most_64_characters()
    {
        Assert.True(PeerIdentity.IsValid(new string('a', 64)));
        Assert.False(PeerIdentity.IsValid(new string('a', 65)));
    }

    [Fact]
    public void A_header_may_be_missing_but_not_be_there_twice()
    {
        Assert.True(PeerIdentity.TryRead(StringValues.Empty, out var none));
        Assert.Null(none);
        Assert.False(PeerIdentity.TryRead(new StringValues(["a", "b"]), out _));
        Assert.True(PeerIdentity.TryRead("a", out var name));
        Assert.Equal("a", name);
    }
}
