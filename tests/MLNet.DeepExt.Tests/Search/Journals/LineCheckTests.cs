using System.Text;
using MLNet.DeepExt.Search.Journals;

namespace MLNet.DeepExt.Tests.Search.Journals;

[Trait("Spec", "C5")]
public sealed class LineCheckTests
{
    private const string First = """{"version":3,"seed":3}""", Second = """{"event":"failed","trial":0}""";

    // printf '{"version":3,"seed":3' | sha256sum, and the same of its first 32 digits and '{"event":"failed","trial":0'.
    private const string FirstLine = """{"version":3,"seed":3,"check":"04d732a3aaa7537c9eefec13c9aad96c"}""";
    private const string SecondLine = """{"event":"failed","trial":0,"check":"a74367828d751f9b8348b9f567ae229a"}""";

    [Fact]
    public void A_line_has_the_SHA_256_of_the_checksum_before_and_of_itself()
    {
        LineCheck check = default(LineCheck).Seal(Bytes(First), out byte[] first);
        check.Seal(Bytes(Second), out byte[] second);
        Assert.Equal([FirstLine, SecondLine], [Text(first), Text(second)]);
    }

    [Fact]
    public void A_checksum_is_taken_off_where_it_fits()
    {
        LineCheck check = default(LineCheck).Open(Bytes(FirstLine), out byte[] first);
        check.Open(Bytes(SecondLine), out byte[] second);
        Assert.Equal([First, Second], [Text(first), Text(second)]);
    }

    [Fact]
    public void A_line_that_was_lost_repeated_or_moved_does_not_fit()
    {
        const string Expected = "its checksum does not fit the line and those before it";
        LineCheck check = default(LineCheck).Open(Bytes(FirstLine), out _);
        Assert.Equal(Expected, Fault(default, SecondLine));
        Assert.Equal(Expected, Fault(check, FirstLine));
        Assert.Equal(Expected, Fault(check.Open(Bytes(SecondLine), out _), SecondLine));
    }

    [Fact]
    public void Lines_without_checksums_may_come_before_others_and_are_part_of_theirs_but_not_behind()
    {
        LineCheck older = default(LineCheck).Open(Bytes(First), out byte[] json);
        Assert.Equal(First, Text(json));
        LineCheck check = older.Seal(Bytes(Second), out byte[] sealedLine);
        Assert.Equal("it has no checksum, but lines before it have one", Fault(check, Second));
        LineCheck changed = default(LineCheck).Open(Bytes(First.Replace("\"seed\":3", "\"seed\":4", StringComparison.Ordinal)), out _);
        Assert.Equal("its checksum does not fit the line and those before it", Fault(changed, Text(sealedLine)));
    }

    private static string Fault(LineCheck check, string line) =>
        Assert.Throws<InvalidDataException>(() => check.Open(Bytes(line), out _)).Message;

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);
}
