using System.Text;
using System.Text.Json;
using MLNet.DeepExt.Search.Journals;

namespace MLNet.DeepExt.Tests.Search.Journals;

[Trait("Spec", "C5")]
public sealed class JournalJsonTests
{
    [Fact]
    public void A_header_is_one_line_that_is_read_as_it_was()
    {
        var header = new JournalHeader
        {
            Version = JournalHeader.CurrentVersion,
            Seed = 7,
            Search = new Dictionary<string, string> { ["space"] = "Rate: \"ığ\" <b>" },
            Rows = new Dictionary<string, long> { ["train"] = 5_000_000_000 },
            Contents = new Dictionary<string, string> { ["train"] = "0f" },
        };
        byte[] line = JournalJson.Write(header);
        Assert.Equal(
            """{"version":3,"seed":7,"search":{"space":"Rate: \"ığ\" <b>"},"rows":{"train":5000000000},"contents":{"train":"0f"},"orders":{}}""",
            Encoding.UTF8.GetString(line));
        JournalHeader read = JournalJson.ReadHeader(line);
        Assert.Equal(header.Search, read.Search);
        Assert.Equal(header.Rows, read.Rows);
        Assert.Equal(header.Contents, read.Contents);
        Assert.Equal(header.Orders, read.Orders);
    }

    [Fact]
    public void A_header_that_says_nothing_of_rows_has_none()
    {
        JournalHeader header = JournalJson.ReadHeader("""{"version":2,"seed":7,"search":{}}"""u8);
        Assert.Empty(header.Rows);
        Assert.Empty(header.Contents);
        Assert.Empty(header.Orders);
    }

    [Fact]
    public void Each_event_is_one_line_of_what_it_has_in_a_fixed_order()
    {
        RequireLine(
            """{"event":"started","trial":3,"rung":1,"worker":2,"parameters":{"Rate":0.1},"checkpoint":"a1"}""",
            new()
            {
                Event = JournalEventKind.Started,
                Trial = 3,
                Rung = 1,
                Worker = 2,
                Parameters = JsonElement.Parse("""{"Rate":0.1}"""),
                Checkpoint = "a1"
            });
        RequireLine(
            """{"event":"finished","trial":0,"rung":0,"worker":1,"values":{"b":0.30000000000000004,"a":"NaN"},"rows":50,"seconds":1E-300}""",
            new()
            {
                Event = JournalEventKind.Finished,
                Trial = 0,
                Worker = 1,
                Values = new OrderedDictionary<string, double> { ["b"] = 0.1 + 0.2, ["a"] = double.NaN },
                Rows = 50,
                Seconds = 1e-300,
            });
        RequireLine(
            """{"event":"failed","trial":1,"rung":0,"worker":1,"error":"two\nlines, \"ığ\" <>"}""",
            new() { Event = JournalEventKind.Failed, Trial = 1, Worker = 1, Error = "two\nlines, \"ığ\" <>" });
        RequireLine(
            """{"event":"test","trial":0,"rung":0,"values":{"y":"Infinity"},"again":true,"time":"1970-01-01T00:00:00+00:00"}""",
            new()
            {
                Event = JournalEventKind.Test,
                Trial = 0,
                Values = new Dictionary<string, double> { ["y"] = double.PositiveInfinity },
                Again = true,
                Time = DateTimeOffset.UnixEpoch,
            });
    }

    private static void RequireLine(string line, JournalEvent happened)
    {
        Assert.Equal(line, Encoding.UTF8.GetString(JournalJson.Write(happened)));
        Assert.Equal(JournalJson.Write(happened), JournalJson.Write(JournalJson.ReadEvent(Encoding.UTF8.GetBytes(line))));
    }
}
