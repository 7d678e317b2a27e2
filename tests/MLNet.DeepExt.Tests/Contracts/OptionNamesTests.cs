using System.Reflection;
using Microsoft.ML;
using MLNet.DeepExt.Distributions;
using MLNet.DeepExt.Evaluation;
using MLNet.DeepExt.Neural.Augmentations;
using MLNet.DeepExt.Selection;
using MLNet.DeepExt.Splits;
using MLNet.DeepExt.Tests.Support;
using MLNet.DeepExt.Transforms;

namespace MLNet.DeepExt.Tests.Contracts;

/// <summary>The fault of an option names it: <see cref="ArgumentException.ParamName"/> is the property to set.</summary>
public sealed class OptionNamesTests
{
    private static readonly Dictionary<string, Action<MLContext, Action<object>>> Users = new()
    {
        ["NormalizeInputs"] = (ml, spoil) => ml.Transforms.NormalizeInputs(Spoilt(new NormalizeInputsEstimator.Options(), spoil)),
        ["TabularFeatures"] = (ml, spoil) => ml.Transforms.TabularFeatures(Spoilt(new TabularFeaturesEstimator.Options(), spoil)),
        ["ImageFeatures"] = (ml, spoil) => ml.Transforms.ImageFeatures(Spoilt(new ImageFeaturesEstimator.Options(), spoil)),
        ["MixWithNoise"] = (ml, spoil) => ml.Transforms.MixWithNoise(
            Spoilt(new MixWithNoiseEstimator.Options { Noise = Rows(ml) }, spoil)),
        ["AugmentImages"] = (ml, spoil) => ml.Transforms.AugmentImages(
            Spoilt(new AugmentImagesEstimator.Options { Recipe = Augment.Rotate(10) }, spoil)),
        ["TrainDevTestSplit"] = (ml, spoil) => ml.Data.TrainDevTestSplit(
            Rows(ml), Spoilt(new TrainDevTestSplitOptions(), spoil)),
        ["CompareDistributions"] = (ml, spoil) => ml.Data.CompareDistributions(
            Rows(ml), Rows(ml), Spoilt(new CompareDistributionsOptions(), spoil)),
        ["Bootstrap"] = (ml, spoil) => ml.BinaryClassification.Report(
            ml.Data.LoadFromEnumerable([new Scored { Label = true }, new Scored { Score = 1 }]),
            new EvaluationOptions { Bootstrap = Spoilt(new Bootstrap { Resamples = 100 }, spoil) }),
        ["Latency"] = (ml, spoil) => ml.ModelSelection.Choose(new Candidate("one")).Minimize(Spoilt(new Latency(), spoil)),
    };

    // What is handed out, never in.
    private static readonly HashSet<Type> Results =
        [typeof(DistributionComparison), typeof(FeatureComparison), typeof(ClassificationReport), typeof(RegressionReport)];

    public static TheoryData<string> Names => [.. Users.Keys, .. TrainerKind.All.Select(kind => kind.Name)];

    // A bootstrap is itself an option.
    public static TheoryData<string> NamesOfOptions => [.. Names.Select(row => row.Data).Where(name => name != "Bootstrap")];

    [Theory]
    [MemberData(nameof(NamesOfOptions))]
    public void A_refused_option_is_the_parameter_of_the_exception(string name)
    {
        var context = new MLContext(seed: 1);
        Action<MLContext, Action<object>> use = Users.GetValueOrDefault(name)
            ?? ((ml, spoil) => TrainerKind.Of(name).Create(ml, options => spoil(options)));
        Type type = typeof(object);
        Run(_ => { });
        var refused = new HashSet<string>();
        foreach (PropertyInfo property in type.GetProperties().Where(property => property.SetMethod is { IsPublic: true }))
        {
            foreach (object? value in Unlikely(property.PropertyType))
            {
                if (Record.Exception(() => Run(options => property.SetValue(options, value))) is not ArgumentException exception)
                    continue;
                refused.Add(property.Name);
                bool isOfBoth = type.GetProperty(exception.ParamName ?? "") is not null
                    && exception.Message.Contains(property.Name, StringComparison.Ordinal);
                Assert.True(
                    exception.ParamName == property.Name || isOfBoth,
                    $"{property.Name} = {value ?? "null"}: the parameter is '{exception.ParamName}' of \"{exception.Message}\"");
            }
        }

        Assert.True(refused.Count >= 3, $"only {string.Join(", ", refused)} can be refused");

        void Run(Action<object> spoil) => use(context, options =>
        {
            type = options.GetType();
            spoil(options);
        });
    }

    // The types of options by the name of their user; what a search is told has tests of its own.
    [Fact]
    public void Every_type_with_counts_or_enumerations_has_a_user()
    {
        var used = new HashSet<Type>();
        foreach (string name in Names.Select(row => row.Data))
            Use(name, options => used.Add(options.GetType()));
        IEnumerable<string> unknown = typeof(Candidate).Assembly.GetExportedTypes()
            .Where(type => !type.IsAbstract && !type.IsAssignableTo(typeof(Exception)) && type.Namespace != "MLNet.DeepExt.Search"
                && !Results.Contains(type) && CountsOf(type).Any())
            .Except(used).Select(type => type.Name);
        Assert.Equal("", string.Join(", ", unknown));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_count_without_bound_takes_no_memory_and_an_enumeration_lists_its_values(string name)
    {
        Type type = typeof(object);
        Use(name, options => type = options.GetType());
        foreach (PropertyInfo property in CountsOf(type))
        {
            Type kind = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            object value = kind.IsEnum ? Enum.ToObject(kind, 99)
                : kind == typeof(long) ? long.MaxValue
                : kind == typeof(int[]) ? new[] { int.MaxValue }
                : int.MaxValue;
            long before = GC.GetAllocatedBytesForCurrentThread();
            Exception? exception = Record.Exception(() => Use(name, options => property.SetValue(options, value)));
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16 << 20);
            if (kind.IsEnum)
            {
                string message = Assert.IsType<ArgumentException>(exception).Message;
                Assert.All(Enum.GetNames(kind), defined => Assert.Contains(defined, message));
                Assert.Contains("is 99; ", message);
            }
            else
            {
                // How many rows a part gets is bounded by the rows that there are.
                Assert.True(
                    exception is null or ArgumentException { ParamName: not null } || property.Name.EndsWith("Count", StringComparison.Ordinal),
                    $"{property.Name}: {exception}");
            }
        }
    }

    private static void Use(string name, Action<object> spoil)
    {
        var context = new MLContext(seed: 1);
        Action<MLContext, Action<object>> use = Users.GetValueOrDefault(name)
            ?? ((ml, change) => TrainerKind.Of(name).Create(ml, options => change(options)));
        use(context, spoil);
    }

    private static IEnumerable<PropertyInfo> CountsOf(Type type) => type.GetProperties().Where(property =>
        property.SetMethod is { IsPublic: true } && property.Name is not ("Seed" or "NumberOfThreads")
        && (Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType) is { } kind
        && (kind == typeof(int) || kind == typeof(long) || kind == typeof(int[]) || kind.IsEnum));

    private static IDataView Rows(MLContext context) =>
        VectorRow.Dense(context, [.. Enumerable.Range(0, 100).Select(i => new float[] { i, i * i % 17 })]);

    private static T Spoilt<T>(T options, Action<object> spoil)
        where T : class
    {
        spoil(options);
        return options;
    }

    private sealed class Scored
    {
        public bool Label { get; set; }

        public float Score { get; set; }
    }

    private static IEnumerable<object?> Unlikely(Type type)
    {
        Type value = Nullable.GetUnderlyingType(type) ?? type;
        return value == typeof(double) ? [double.NaN, -1.0, double.PositiveInfinity, 1e9]
            : value == typeof(float) ? [float.NaN, -1f, float.PositiveInfinity, 1e9f]
            : value == typeof(int) ? [-1, 0]
            : value == typeof(long) ? [-1L, 0L]
            : value == typeof(TimeSpan) ? [TimeSpan.FromSeconds(-1)]
            : value == typeof(string) ? ["", null]
            : value.IsEnum ? [Enum.ToObject(value, 99)]
            : value.IsValueType ? [] : [null];
    }
}
