using System.Text;
using System.Text.Json;
using Federation.Actors.Sending;
using Federation.Actors.Tests.Protocol;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Federation.Actors.Tests.Sending;

public sealed class MessageFilterProperties
{
    private static readonly MessageFilter[] AnyFilters =
    [
        .. from path in new[] { "$", "$.payload", "$['payload'][0]", "$.payload.a", "$[1]" }
           from comparison in FilterOperators.Names
           from value in comparison switch
           {
               "in" => new[] { "[1,\"a\",{}]" },
               "exists" => ["true", "false"],
               ">" or ">=" or "<" or "<=" => ["0", "\"info\""],
               _ => ["0", "\"\"", "null", "[]", "{\"a\":[1]}"],
           }
           select Filters.Of(path, comparison, value),
    ];

    [Property(MaxTest = 2000)]
    public void No_bytes_make_it_throw(byte[] payload, string subject)
    {
        foreach (var filter in AnyFilters)
        {
            filter.Match(subject, payload);
        }
    }

    [Property(MaxTest = 2000)]
    public Property No_damaged_document_makes_it_throw() =>
        Prop.ForAll(JsonTexts.Broken.ToArbitrary(), payload => No_bytes_make_it_throw(payload, "a.b"));

    [Property(MaxTest = 1000)]
    public Property A_document_equals_itself_however_it_is_written() =>
        Prop.ForAll(
            JsonTexts.Value.Where(value => Encoding.UTF8.GetByteCount(value) <= SubscribeParams.MaxValueBytes / 2).ToArbitrary(), value =>
        {
            var spaced = "{\"x\":1, \"payload\" :\n" + value + " }";

            Assert.True(Filters.Of("$.payload", "==", value).Passes(spaced));
            Assert.False(Filters.Of("$.payload", "!=", value).Passes(spaced));
            Assert.True(Filters.Of("$.payload", "in", $"[{value}]").Passes(spaced));
            Assert.True(Filters.Of("$.payload", "contains", value).Passes($$"""{"payload":[0,{{value}}]}"""));
        });

    [Property(MaxTest = 2000)]
    public Property Two_values_are_equal_exactly_when_a_document_reader_says_so() =>
        Prop.ForAll(JsonTexts.Value.Two().Where(pair => !HasDuplicates(pair.Item1) && !HasDuplicates(pair.Item2)).ToArbitrary(), pair =>
        {
            var (value, found) = pair;
            var equal = JsonElement.DeepEquals(Filters.Params(value), Filters.Params(found));
            Assert.Equal(equal, Filters.Of("$", "==", value).Passes(found));
            Assert.Equal(!equal, Filters.Of("$", "!=", value).Passes(found));
        });

    /// <summary>The document reader compares duplicate keys one by one, where here the last of them counts.</summary>
    private static bool HasDuplicates(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false });
            return false;
        }
        catch (JsonException)
        {
            return true;
        }
    }
}
