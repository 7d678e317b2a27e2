using MLNet.DeepExt.Search;
using MLNet.DeepExt.Search.Journals;
using MLNet.DeepExt.Tests.SearchProbe;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Tests.Search.Journals;

/// <summary>One bit of a journal is another one.</summary>
[Trait("Spec", "C5")]
public sealed class FlippedBitTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string Folder => _directory.PathOf("search");

    private string Lines => Path.Combine(Folder, "journal.jsonl");

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_flipped_bit_is_an_error_or_drops_the_last_line_and_never_changes_what_is_read(bool isContinued)
    {
        Search(2);
        if (isContinued)
        {
            // What an older version wrote is protected once a line was added.
            JournalText.MakeOlder(Lines);
            Search(3);
        }

        byte[] whole = File.ReadAllBytes(Lines);
        string[] all = Read(), withoutLast = ReadOf(whole[..(whole.AsSpan(..^1).LastIndexOf((byte)'\n') + 1)]);
        Assert.NotEqual(all, withoutLast);
        int refused = 0, dropped = 0;
        for (int bit = 0; bit < 8 * whole.Length; bit++)
        {
            byte[] flipped = [.. whole];
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            try
            {
                Assert.Equal(withoutLast, ReadOf(flipped));
                dropped++;
            }
            catch (InvalidDataException)
            {
                refused++;
            }
        }

        // The end of the last line has 8 bits.
        Assert.Equal((8 * whole.Length - 8, 8), (refused, dropped));
    }

    [Fact]
    public void A_search_in_a_folder_with_a_flipped_bit_has_the_same_result_or_none()
    {
        string[] expected = Search(3);
        byte[] whole = File.ReadAllBytes(Lines);
        // The end of the last line has 8 bits: without it the last line is lost, and its trial runs again.
        int last = 8 * whole.Length - 8, refused = 0, same = 0;
        int[] bits = [.. Enumerable.Range(0, (last + 100) / 101).Select(i => 101 * i), .. Enumerable.Range(last, 8)];
        foreach (int bit in bits)
        {
            byte[] flipped = [.. whole];
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            File.WriteAllBytes(Lines, flipped);
            try
            {
                Assert.Equal(expected, Search(3));
                same++;
            }
            catch (InvalidDataException)
            {
                refused++;
            }
        }

        Assert.Equal((bits.Length - 8, 8), (refused, same));
    }

    private string[] Search(int trials) => SearchProbes.Exactly(
        SearchProbes.Run(context => ProbeSearch.Plain(context), new SearchOptions { Trials = trials, Folder = Folder }));

    private string[] ReadOf(byte[] bytes)
    {
        File.WriteAllBytes(Lines, bytes);
        return Read();
    }

    // All that the file says, with the header as it is.
    private string[] Read()
    {
        var file = new JournalFile(Lines, JournalFile.Open);
        List<string> read = [];
        file.Read(
            line =>
            {
                JournalHeader header = JournalJson.ReadHeader(line);
                read.Add(Convert.ToHexString(JournalJson.Write(header)));
                return header.Version >= JournalHeader.FirstWithChecks;
            },
            line => read.Add(Convert.ToHexString(JournalJson.Write(JournalJson.ReadEvent(line)))));
        return [.. read];
    }
}
