using System.Reflection;
using System.Text.Json;
using MLNet.DeepExt.Fuzzing;

namespace MLNet.DeepExt.Tests.Fuzzing;

/// <summary>What the fuzzer counts as a fault of the code.</summary>
public sealed class ThrownExceptionsTests
{
    private static readonly int[] None = [];

    private static readonly Dictionary<string, Action> Faults = new()
    {
        ["NullReferenceException"] = () => _ = ((string)null!).Length,
        ["IndexOutOfRangeException"] = () => _ = None[Environment.ProcessorCount],
        ["InvalidCastException"] = () => _ = (string)(object)None,
        ["OverflowException"] = () => _ = checked(int.MaxValue + Environment.ProcessorCount),
        ["OutOfMemoryException"] = () => _ = new byte[int.MaxValue],
        ["KeyNotFoundException"] = () => _ = new Dictionary<int, int>()[1],
        ["ArgumentOutOfRangeException"] = () => _ = "text"[5..],
        ["ArgumentNullException"] = () => ArgumentNullException.ThrowIfNull((object?)null),
        ["FormatException"] = () => _ = int.Parse("text", null),
        ["InvalidOperationException"] = () => _ = None.First(),
        ["ObjectDisposedException"] = () => ObjectDisposedException.ThrowIf(true, typeof(string)),
    };

    private static readonly Dictionary<string, Action> OfDamage = new()
    {
        ["refused"] = () => throw new InvalidDataException("The file is damaged."),
        ["ends early"] = () => new BinaryReader(new MemoryStream()).ReadInt32(),
        ["no JSON"] = () => JsonDocument.Parse("x"),
        ["JSON of something else"] = () => JsonSerializer.Deserialize<int>("\"text\""),
        ["a check of the library"] = () => throw new ArgumentException("Units must be at least 1 but is 0; leave the layer out."),
        ["a check of ML.NET"] = () => _ = new Microsoft.ML.Data.KeyDataViewType(typeof(string), 1),
        ["called by reflection"] = () => typeof(ThrownExceptionsTests)
            .GetMethod(nameof(Refuse), BindingFlags.Static | BindingFlags.NonPublic)!.Invoke(null, null),
    };

    public static TheoryData<string> NamesOfFaults => [.. Faults.Keys];

    public static TheoryData<string> NamesOfDamage => [.. OfDamage.Keys];

    [Theory, MemberData(nameof(NamesOfFaults))]
    public void A_fault_that_a_loader_makes_a_message_of_is_a_finding(string name)
    {
        var finding = Assert.Throws<FindingException>(() => ThrownExceptions.Watch(() => Flattened(Faults[name])));
        Assert.Equal($"A damaged file led to {name}.", finding.Message);
        Assert.Equal(name, finding.InnerException!.GetType().Name);
    }

    [Fact]
    public void A_fault_among_the_causes_of_an_exception_is_a_finding()
    {
        var cause = new InvalidDataException("The file is damaged.", new AggregateException(new JsonException("No."), new NullReferenceException()));
        Assert.Equal(
            "A damaged file led to NullReferenceException.",
            Assert.Throws<FindingException>(() => ThrownExceptions.Watch(() => Flattened(() => throw cause))).Message);
    }

    [Theory, MemberData(nameof(NamesOfDamage))]
    public void What_damage_of_a_file_leads_to_is_none(string name) =>
        Assert.Equal(Outcome.Refused, ThrownExceptions.Watch(() => Flattened(OfDamage[name])));

    [Fact]
    public void What_is_thrown_while_no_file_is_read_is_none()
    {
        Flattened(Faults["NullReferenceException"]);
        Assert.Equal(Outcome.Same, ThrownExceptions.Watch(() => Outcome.Same));
        Flattened(Faults["NullReferenceException"]);
    }

    private static void Refuse() => throw new InvalidDataException("The file is damaged.");

    // As a loader does it.
    private static Outcome Flattened(Action read)
    {
        try
        {
            read();
            return Outcome.Another;
        }
        catch (Exception)
        {
            return Outcome.Refused;
        }
    }
}
