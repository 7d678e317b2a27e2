using System.Globalization;
using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.SearchSpace;
using Microsoft.ML.Trainers;
using MLNet.DeepExt.Search;
using MLNet.DeepExt.Tests.Support;
using MLNet.DeepExt.Trainers;
using SearchSpace = MLNet.DeepExt.Search.SearchSpace;

namespace MLNet.DeepExt.Tests.Search;

/// <summary>Spaces from ML.NET's attributes, and parameters set on options, of our trainers and of ML.NET's.</summary>
[Trait("Spec", "C5")]
public sealed class OptionsSpaceTests
{
    public static TheoryData<Type> Trainers =>
        [.. typeof(NeuralNetworkOptions).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(NeuralNetworkOptions)))];

    public static TheoryData<Type> TrainersOfOthers =>
        [.. typeof(SdcaMaximumEntropyMulticlassTrainer).Assembly.GetExportedTypes().Where(type =>
            type.GetConstructor(Type.EmptyTypes) is not null && !type.ContainsGenericParameters
            && type.GetMembers().Any(member => member.GetCustomAttribute<RangeAttribute>() is not null))];

    [Fact]
    public void Attributes_are_ranges()
    {
        var space = SearchSpace.Of<Attributed>();
        Assert.Equal(["Amount", "Count", "Flag", "Kind", "Rate", "Share", "Steps"], space.Names.Order());
        Assert.Equal(Range.Log(1e-4, 1e-1), space["Rate"]);
        Assert.Equal(Range.Linear(0.1, 0.9), space["Share"]);
        Assert.Equal(Range.Linear(-1, 1), space["Amount"]);
        Assert.Equal(Range.Integer(1, 9), space["Count"]);
        Assert.Equal(Range.Integer(10, 1000, log: true), space["Steps"]);
        Assert.Equal(Range.Choice("a", "b"), space["Kind"]);
        Assert.Equal(Range.Choice(true, false), space["Flag"]);
    }

    [Fact]
    public void Attributes_are_read_alike_in_every_culture()
    {
        using var scope = new CultureScope("de-DE");
        Assert.Equal(Range.Linear(0.1, 0.9), SearchSpace.Of<Attributed>()["Share"]);
    }

    [Fact]
    public void Options_without_attributes_are_refused()
    {
        Assert.Equal(
            "OptionsSpaceTests.Bare has no property with [Range] or [Choice]; make a SearchSpace with the names of its properties.",
            Assert.Throws<ArgumentException>(SearchSpace.Of<Bare>).WithoutParameter());
    }

    [Theory]
    [MemberData(nameof(TrainersOfOthers))]
    public void What_is_drawn_from_the_ranges_of_trainers_of_others_can_be_set_on_them(Type type)
    {
        SearchSpace space = OptionsSpace.Of(type);
        Assert.Null(space.FindFault());
        for (int number = 0; number < 20; number++)
        {
            TrialParameters parameters = new RandomSampler().Suggest(space, seed: 1, number, []);
            object options = parameters.ApplyTo(Activator.CreateInstance(type)!);
            Assert.All(parameters.Names, name => Assert.Equal(
                Number(parameters[name]),
                Number(type.GetField(name) is { } field ? field.GetValue(options)! : type.GetProperty(name)!.GetValue(options)!)));
        }
    }

    [Theory]
    [MemberData(nameof(Trainers))]
    public void What_is_drawn_from_the_ranges_of_our_trainers_can_be_set_on_them(Type type)
    {
        SearchSpace space = OptionsSpace.Of(type);
        Assert.Null(space.FindFault());
        Assert.Equal(Range.Log(1e-4, 1e-1), space["LearningRate"]);
        for (int number = 0; number < 20; number++)
        {
            TrialParameters parameters = new RandomSampler().Suggest(space, seed: 1, number, []);
            object options = parameters.ApplyTo(Activator.CreateInstance(type)!);
            Assert.Equal(parameters.Get<double>("LearningRate"), ((NeuralNetworkOptions)options).LearningRate);
            Assert.Equal(parameters.Get<int>("MaximumEpochs"), ((NeuralNetworkOptions)options).MaximumEpochs);
            Assert.Equal(parameters.Get<bool>("BatchNormalization"), ((NeuralNetworkOptions)options).BatchNormalization);
            Assert.Equal(parameters.Get<float>("KeepProbability"), ((NeuralNetworkOptions)options).KeepProbability);
            Assert.InRange(((NeuralNetworkOptions)options).KeepProbability, 0.5f, 1f);
            Assert.Null(((NeuralNetworkOptions)options).FindFault());
        }
    }

    [Fact]
    public void Fields_of_trainers_of_others_are_set_too()
    {
        var space = new SearchSpace
        {
            ["L2Regularization"] = Range.Log(1e-6, 1),
            ["L1Regularization"] = Range.Linear(0, 1),
            ["MaximumNumberOfIterations"] = Range.Integer(5, 50),
            ["ConvergenceTolerance"] = Range.Choice(0.1, 0.01),
            ["Shuffle"] = Range.Choice(false),
        };
        TrialParameters parameters = space.At((_, _) => 0.25);
        var options = new SdcaMaximumEntropyMulticlassTrainer.Options();
        Assert.Same(options, parameters.ApplyTo(options));
        Assert.Equal(parameters.Get<float>("L2Regularization"), options.L2Regularization);
        Assert.Equal(0.25f, options.L1Regularization);
        Assert.Equal(parameters.Get<int>("MaximumNumberOfIterations"), options.MaximumNumberOfIterations);
        Assert.Equal(0.1f, options.ConvergenceTolerance);
        Assert.False(options.Shuffle);
    }

    [Fact]
    public void Nullable_options_enumerations_and_wider_numbers_are_set()
    {
        var space = new SearchSpace
        {
            ["Maybe"] = Range.Integer(3, 4),
            ["MaybeDay"] = Range.Choice(DayOfWeek.Friday),
            ["Wide"] = Range.Integer(3, 4),
            ["Count"] = Range.Integer(3, 4),
            ["Rate"] = Range.Integer(3, 4),
        };
        Attributed options = space.At((_, _) => 0).ApplyTo(new Attributed());
        Assert.Equal((3, DayOfWeek.Friday, 3L, 3, 3.0), (options.Maybe, options.MaybeDay, options.Wide, options.Count, options.Rate));
    }

    [Fact]
    public void What_is_of_no_effect_stays_as_it_is()
    {
        var space = new SearchSpace { ["Kind"] = Range.Choice("a", "b"), ["Count"] = Range.Integer(1, 2).When("Kind", "b") };
        Attributed options = space.At((_, _) => 0).ApplyTo(new Attributed { Count = 77 });
        Assert.Equal(("a", 77), (options.Kind, options.Count));
    }

    [Theory]
    [InlineData("Nothing")]
    [InlineData("ReadOnly")]
    [InlineData("Fixed")]
    public void What_cannot_be_set_is_an_error_and_nothing_is_set(string name)
    {
        var space = new SearchSpace { ["Count"] = Range.Integer(3, 4), [name] = Range.Integer(3, 4) };
        var options = new Attributed { Count = 77 };
        Assert.Equal(
            $"OptionsSpaceTests.Attributed has no property or field '{name}' that can be set; name the parameter as the option that it is "
            + "for, or use Get and set it where it belongs.",
            Assert.Throws<ArgumentException>(() => space.At((_, _) => 0).ApplyTo(options)).WithoutParameter());
        Assert.Equal(77, options.Count);
    }

    [Fact]
    public void A_value_that_does_not_fit_is_an_error_and_nothing_is_set()
    {
        var space = new SearchSpace { ["Rate"] = Range.Linear(0, 1), ["Count"] = Range.Linear(3, 4) };
        var options = new Attributed { Rate = 77 };
        Assert.Equal(
            "Parameter 'Count' is 3, of type Double, which cannot be set on OptionsSpaceTests.Attributed.Count, of type Int32; "
            + "use a range whose values are of that type.",
            Assert.Throws<ArgumentException>(() => space.At((_, _) => 0).ApplyTo(options)).WithoutParameter());
        Assert.Equal(77, options.Rate);
    }

    private static float Number(object value) => Convert.ToSingle(value, CultureInfo.InvariantCulture);

    private sealed class Bare
    {
        public int Count { get; set; }
    }

    private sealed class Attributed
    {
        [Range(10, 1000, 60, true)]
        public int Steps = 60;

        public readonly int Fixed = 1;

        [Range(1e-4, 1e-1, 0.01, true)]
        public double Rate { get; set; } = 0.01;

        [Range(0.1f, 0.9f, 0.5f)]
        public float Share { get; set; } = 0.5f;

        [Range(-1.0, 1.0)]
        public double Amount { get; set; }

        [Range(1, 9, 3, false)]
        public int Count { get; set; } = 3;

        [Choice("a", "b")]
        public string Kind { get; set; } = "a";

        [BooleanChoice]
        public bool Flag { get; set; }

        public int? Maybe { get; set; }

        public DayOfWeek? MaybeDay { get; set; }

        public long Wide { get; set; }

        public int ReadOnly { get; } = 1;
    }
}
