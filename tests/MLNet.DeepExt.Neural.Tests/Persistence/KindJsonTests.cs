using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using MLNet.DeepExt.Neural.Augmentations;
using MLNet.DeepExt.Neural.Diagnostics;
using MLNet.DeepExt.Neural.Initializers;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Metrics;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Persistence;
using MLNet.DeepExt.Neural.Regularizers;
using MLNet.DeepExt.Neural.Schedules;
using MLNet.DeepExt.Neural.Tests.Conformance;
using MLNet.DeepExt.Neural.Tests.TestSupport;

namespace MLNet.DeepExt.Neural.Tests.Persistence;

/// <summary>What is described at compile time is what reflection finds, for every kind.</summary>
public sealed class KindJsonTests
{
    private static readonly Type[] Families =
    [
        typeof(LayerSpec), typeof(Initializer), typeof(Loss), typeof(GradientTransform), typeof(Schedule), typeof(Regularizer),
        typeof(Metric), typeof(Augmentation),
    ];

    private static readonly JsonSerializerOptions Reflection = KindJson.CreateOptions(new DefaultJsonTypeInfoResolver());

    public static TheoryData<string> FamilyNames => [.. Families.Select(family => family.Name)];

    public static TheoryData<string> KindsOfFiles =>
        [.. new[] { typeof(LayerSpec), typeof(Initializer), typeof(Loss) }.SelectMany(Specimens.KindsOf).Select(kind => kind.Name)];

    [Theory, MemberData(nameof(FamilyNames))]
    public void A_family_names_every_one_of_its_kinds_by_the_name_of_its_record(string name)
    {
        Type family = Families.Single(family => family.Name == name);
        // Those that other tests register are left out.
        JsonDerivedType[] named = [.. JsonOf(family).Options.GetTypeInfo(family).PolymorphismOptions!.DerivedTypes
            .Where(kind => kind.DerivedType.Assembly == family.Assembly)];
        string[] missing = [.. Specimens.KindsOf(family).Except(named.Select(kind => kind.DerivedType)).Select(kind => kind.Name)];
        Assert.True(
            missing is [],
            $"{name} does not name all of its kinds; add to it " +
                $"{string.Join(", ", missing.Select(kind => $"[JsonDerivedType(typeof({kind}), nameof({kind}))]"))}.");
        Assert.Equal(
            Specimens.KindsOf(family).Select(kind => (kind, kind.Name)),
            named.Select(kind => (kind.DerivedType, (string)kind.TypeDiscriminator!)).OrderBy(kind => kind.Item2, StringComparer.Ordinal));
    }

    [Fact]
    public void There_is_no_other_family()
    {
        IEnumerable<Type> families = typeof(KindJson).Assembly.GetTypes()
            .Where(type => type.GetCustomAttribute<JsonPolymorphicAttribute>() is not null);
        Assert.Equal(
            Families.Append(typeof(Attribution)).Select(family => family.Name).Order(StringComparer.Ordinal),
            families.Select(family => family.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_kind_is_written_as_reflection_writes_it_to_the_byte()
    {
        LayerSpec[] layers = [.. Specimens.Every, new BatchNorm(), new Dense(3) { Name = "named" }];
        Loss[] losses = [.. Specimens.Losses, new Huber(), new Quantile(), new Focal()];
        foreach (Loss loss in losses)
            RequireSame(new NetworkDocument(7, layers, loss));
        RequireAllSame<GradientTransform>(
        [
            .. OptimizerConformanceTests.All, new Muon(0.03) { Beta = 0.9, Rest = new Adam(0.002) }, new ClipByGlobalNorm(1), new ClipByNorm(2),
            new ClipByValue(1 / 3.0), new DecayWeights(0.1), new Lookahead { Every = 3, Share = 0.7 },
        ]);
        RequireAllSame(ScheduleConformanceTests.All);
        RequireAllSame<Regularizer>([new L1(0.1), new L2(1 / 3.0), new ElasticNet(0.1, 0.5)]);
        Metric[] metrics = [.. MetricTable.Names.Select(MetricTable.Metric)];
        RequireAllSame<Metric>(metrics);
        AugmentationRecipe[] recipes = [.. AugmentationTable.Rows.Values.Select(row => row.Recipe.OnImages(28, 28))];
        RequireEveryKind(recipes.SelectMany(recipe => recipe.Steps));
        foreach (AugmentationRecipe recipe in recipes)
            RequireSame(recipe with { Fill = 0.1f, Categories = [new SlotRange(1, 2)] });
    }

    [Theory, MemberData(nameof(KindsOfFiles))]
    public void What_a_file_leaves_out_of_a_kind_is_what_its_constructor_leaves_it_at(string name)
    {
        Type kind = new[] { typeof(LayerSpec), typeof(Initializer), typeof(Loss) }.SelectMany(Specimens.KindsOf).Single(kind => kind.Name == name);
        object specimen = Specimens.Every.Concat<object>(Specimens.Initializers).Concat(Specimens.Losses).First(kind.IsInstanceOfType);
        ConstructorInfo constructor = kind.GetConstructors().Single();
        ParameterInfo[] given = [.. constructor.GetParameters().Where(parameter => !parameter.HasDefaultValue)];
        object expected = constructor.Invoke([.. constructor.GetParameters().Select(parameter =>
            given.Contains(parameter)
                ? kind.GetProperty(parameter.Name!, BindingFlags.IgnoreCase | BindingFlags.Public | BindingFlags.Instance)!.GetValue(specimen)
                : parameter.DefaultValue)]);

        JsonObject json = JsonNode.Parse(Write(specimen, KindJson.OfNetworks.Options.GetTypeInfo(kind)))!.AsObject();
        foreach (string option in json.Select(member => member.Key).ToArray())
        {
            if (!given.Any(parameter => parameter.Name!.Equals(option, StringComparison.OrdinalIgnoreCase)))
                json.Remove(option);
        }

        Assert.Equal(expected, JsonSerializer.Deserialize(json, KindJson.OfNetworks.Options.GetTypeInfo(kind)));
    }

    [Theory, MemberData(nameof(KindsOfFiles))]
    public void A_null_is_refused_where_the_option_may_not_be_null(string name)
    {
        Type kind = new[] { typeof(LayerSpec), typeof(Initializer), typeof(Loss) }.SelectMany(Specimens.KindsOf).Single(kind => kind.Name == name);
        object specimen = Specimens.Every.Concat<object>(Specimens.Initializers).Concat(Specimens.Losses).First(kind.IsInstanceOfType);
        var nullability = new NullabilityInfoContext();
        string json = Write(specimen, KindJson.OfNetworks.Options.GetTypeInfo(kind));
        foreach (string option in JsonNode.Parse(json)!.AsObject().Select(member => member.Key))
        {
            JsonObject damaged = JsonNode.Parse(json)!.AsObject();
            damaged[option] = null;
            PropertyInfo property = kind.GetProperties().Single(property => property.Name.Equals(option, StringComparison.OrdinalIgnoreCase));
            if (nullability.Create(property).ReadState == NullabilityState.Nullable)
                Assert.NotNull(JsonSerializer.Deserialize(damaged, KindJson.OfNetworks.Options.GetTypeInfo(kind)));
            else
                Assert.Throws<JsonException>(() => JsonSerializer.Deserialize(damaged, KindJson.OfNetworks.Options.GetTypeInfo(kind)));
        }
    }

    [Fact]
    public void A_schedule_of_a_users_own_is_described_by_its_text_within_one_of_ours_too()
    {
        var own = new OwnSchedule(0.5);
        Assert.Equal("\"OwnSchedule { NeedsValidation = False, Share = 0.5 }\"", KindDescriptions.Of<Schedule>(own));
        Assert.Equal(
            """{"kind":"Phases","parts":[{"schedule":"OwnSchedule { NeedsValidation = False, Share = 0.5 }","epochs":2},"""
            + """{"schedule":{"kind":"Cosine","finalShare":0.1,"needsValidation":false}}],"needsValidation":false}""",
            KindDescriptions.Of<Schedule>(new Phases(new Phase(own, 2), new Phase(new Cosine(0.1)))));
    }

    private static KindJson JsonOf(Type type) => type == typeof(Metric) ? KindRegistry.OfMetrics : KindJson.OfNetworks;

    private static void RequireAllSame<T>(IReadOnlyList<T> values)
    {
        RequireEveryKind(values);
        foreach (T value in values)
            RequireSame(value);
    }

    private static void RequireSame<T>(T value) => Assert.Equal(
        Write(value, Reflection.GetTypeInfo(typeof(T))), Write(value, JsonOf(typeof(T)).Options.GetTypeInfo(typeof(T))));

    private static void RequireEveryKind<T>(IEnumerable<T> values) => Assert.Equal(
        Specimens.KindsOf(typeof(T)), values.Select(value => value!.GetType()).Distinct().OrderBy(kind => kind.Name, StringComparer.Ordinal));

    private static string Write(object? value, JsonTypeInfo type) => Encoding.UTF8.GetString(JsonSerializer.SerializeToUtf8Bytes(value, type));

    private sealed record OwnSchedule(double Share) : Schedule
    {
        public override bool NeedsValidation => false;

        public override double Factor(in TrainingTime time) => Share;

        public override void Validate()
        {
        }
    }
}
