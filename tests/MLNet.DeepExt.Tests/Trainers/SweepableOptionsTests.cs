using System.Globalization;
using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.SearchSpace;
using MLNet.DeepExt.Tests.Support;
using MLNet.DeepExt.Trainers;

namespace MLNet.DeepExt.Tests.Trainers;

/// <summary>
/// What ML.NET's AutoML needs to vary the options of a trainer: its attributes, on properties of types that it knows, and options that can
/// be made of nothing and set one by one. (Its package makes a search space of them by reflection; it is no dependency of the tests.)
/// </summary>
public sealed class SweepableOptionsTests
{
    private static readonly string[] Swept =
        [nameof(NeuralNetworkOptions.EmbedCategories), nameof(NeuralNetworkOptions.BatchNormalization), nameof(NeuralNetworkOptions.KeepProbability),
        nameof(NeuralNetworkOptions.LearningRate), nameof(NeuralNetworkOptions.MaximumEpochs)];

    public static TheoryData<Type> Options =>
        [.. typeof(NeuralNetworkOptions).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(NeuralNetworkOptions)))];

    [Theory]
    [MemberData(nameof(Options))]
    public void Every_trainer_has_options_to_be_varied(Type options)
    {
        Assert.NotNull(options.GetConstructor(Type.EmptyTypes));
        Assert.True(options.IsVisible);
        PropertyInfo[] swept = Sweepable(options);
        Assert.Subset(swept.Select(property => property.Name).ToHashSet(), Swept.ToHashSet());
        Assert.All(swept, property =>
        {
            Assert.True(property.SetMethod!.IsPublic, property.Name);
            Assert.Contains(property.PropertyType, new[] { typeof(int), typeof(float), typeof(double), typeof(bool) });
        });
    }

    [Theory]
    [MemberData(nameof(Options))]
    public void Ranges_hold_the_default_and_begin_with_it(Type options)
    {
        object defaults = Activator.CreateInstance(options)!;
        foreach (PropertyInfo property in Sweepable(options))
        {
            object value = property.GetValue(defaults)!;
            if (property.GetCustomAttribute<RangeAttribute>() is { } range)
            {
                Assert.Equal(Number(value), Number(range.Init!), 1e-12);
                Assert.InRange(Number(value), Number(range.Min), Number(range.Max));
                Assert.Equal(property.PropertyType, range.Min.GetType());
                Assert.True(!range.LogBase || Number(range.Min) > 0, property.Name);
            }
            else
            {
                var choice = property.GetCustomAttribute<ChoiceAttribute>()!;
                Assert.Contains(value, choice.Candidates);
                Assert.Equal(value, choice.DefaultValue);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Options))]
    public void Both_ends_of_every_range_train(Type options)
    {
        string kind = options.DeclaringType!.Name["NeuralNetwork".Length..^"Trainer".Length];
        var context = new MLContext(seed: 1);
        IDataView data = TaskRow.Prepare(context, TaskRow.Generate(60, seed: 1));
        foreach (bool upper in new[] { false, true })
        {
            NeuralNetworkTransformer model = TrainerKind.Of(kind).Fit(context, data, made =>
            {
                foreach (PropertyInfo property in Sweepable(made.GetType()).Where(property => property.Name != Swept[^1]))
                {
                    property.SetValue(made, property.GetCustomAttribute<RangeAttribute>() is { } range
                        ? upper ? range.Max : range.Min
                        : property.GetCustomAttribute<ChoiceAttribute>()!.Candidates[upper ? ^1 : 0]);
                }

                made.MaximumEpochs = 2;
            });
            Assert.Equal(60, OutputText.Of(model, data).Length);
        }
    }

    private static PropertyInfo[] Sweepable(Type options) => [.. options.GetProperties().Where(property =>
        property.GetCustomAttribute<RangeAttribute>() is not null || property.GetCustomAttribute<ChoiceAttribute>() is not null)];

    private static double Number(object value) => Convert.ToDouble(value, CultureInfo.InvariantCulture);
}
