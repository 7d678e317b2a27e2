using System.Reflection;
using Microsoft.ML;
using MLNet.DeepExt.Distributions;
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
        ["Latency"] = (ml, spoil) => ml.ModelSelection.Choose(new Candidate("one")).Minimize(Spoilt(new Latency(), spoil)),
    };

    public static TheoryData<string> Names => [.. Users.Keys, .. TrainerKind.All.Select(kind => kind.Name)];

    [Theory]
    [MemberData(nameof(Names))]
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

    private static IDataView Rows(MLContext context) =>
        VectorRow.Dense(context, [.. Enumerable.Range(0, 100).Select(i => new float[] { i, i * i % 17 })]);

    private static T Spoilt<T>(T options, Action<object> spoil)
        where T : class
    {
        spoil(options);
        return options;
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
