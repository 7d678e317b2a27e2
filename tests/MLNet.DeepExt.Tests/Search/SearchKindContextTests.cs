using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using MLNet.DeepExt.Search;
using MLNet.DeepExt.Selection;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Tests.Search;

public sealed class SearchKindContextTests
{
    private static readonly JsonSerializerOptions Reflection = new() { TypeInfoResolver = new DefaultJsonTypeInfoResolver() };

    public static TheoryData<string> Kinds => [.. All().Select(kind => kind.Name)];

    [Theory, MemberData(nameof(Kinds))]
    public void Every_sampler_and_scheduler_is_described_as_reflection_finds_it(string name)
    {
        object kind = Activator.CreateInstance(All().Single(kind => kind.Name == name))!;
        Assert.True(
            SearchKindContext.Default.GetTypeInfo(kind.GetType()) is not null,
            $"{nameof(SearchKindContext)} does not name {name}: add [JsonSerializable(typeof({name}))] to it.");
        Assert.Equal($"{name} {JsonSerializer.Serialize(kind, kind.GetType(), Reflection)}", SearchKindContext.Describe(kind));
    }

    [Fact]
    public void Journals_of_earlier_versions_have_the_same_descriptions()
    {
        Assert.Equal("RandomSampler {}", SearchKindContext.Describe(new RandomSampler()));
        Assert.Equal(
            """TreeParzenSampler {"StartupTrials":10,"Candidates":24,"GoodShare":0.1,"PriorWeight":1}""",
            SearchKindContext.Describe(new TreeParzenSampler()));
        Assert.Equal(
            """AsynchronousHalving {"MinimumEpochs":2,"MaximumEpochs":60,"ReductionFactor":3}""",
            SearchKindContext.Describe(new AsynchronousHalving()));
        using var _ = new CultureScope("tr-TR");
        Assert.Equal(
            """Latency {"Percentile":99.5,"Rows":50,"WarmUpCalls":100,"Calls":200,"MinimumTime":"00:00:00.5000000","MaximumTime":"00:00:10","""
            + "\"Name\":\"latency ms (99.5th percentile, 50 rows)\",\"HigherIsBetter\":false}",
            SearchKindContext.Describe(new Latency { Percentile = 99.5, Rows = 50 }));
    }

    private static IEnumerable<Type> All() => typeof(Sampler).Assembly.GetTypes()
        .Where(type => type.IsSealed && (type.IsSubclassOf(typeof(Sampler)) || type.IsSubclassOf(typeof(Scheduler)) || type == typeof(Latency)));
}
