using System.Reflection;
using MLNet.DeepExt.Neural.Augmentations;
using MLNet.DeepExt.Neural.Initializers;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Schedules;

namespace MLNet.DeepExt.Neural.Tests.TestSupport;

/// <summary>One of every kind of layer, initializer and loss, found by reflection, no property at its default.</summary>
internal static class Specimens
{
    public static IReadOnlyList<Initializer> Initializers { get; } = [.. KindsOf(typeof(Initializer)).Select(kind => (Initializer)Make(kind))];

    /// <summary>Every kind of layer that reads any shape, with every initializer where it takes one.</summary>
    public static IReadOnlyList<LayerSpec> Layers { get; } =
        [.. KindsOf(typeof(LayerSpec)).Except([typeof(Branches), typeof(Members), typeof(MemberDense), typeof(MemberScaling)]).SelectMany(LayersOf)];

    /// <summary>Those that read or make members, as one layer for each initializer.</summary>
    public static IReadOnlyList<Members> Ensembles { get; } = [.. LayersOf(typeof(MemberDense)).Select(
        dense => new Members(3, (LayerSpec)Make(typeof(MemberScaling)), dense, (LayerSpec)Make(typeof(MemberScaling))))];

    /// <summary>Branches, which make lines of their own of any features.</summary>
    public static Branches Parallel { get; } = (Branches)Make(typeof(Branches));

    /// <summary>Every kind of layer.</summary>
    public static IEnumerable<LayerSpec> Every => [.. Layers, Parallel, .. Ensembles, .. Ensembles.SelectMany(ensemble => ensemble.Layers)];

    public static IReadOnlyList<Loss> Losses { get; } = [.. KindsOf(typeof(Loss)).Select(kind => (Loss)Make(kind))];

    /// <summary>All that users can use.</summary>
    public static IEnumerable<Type> KindsOf(Type family) => family.Assembly.GetTypes()
        .Where(type => type.IsSubclassOf(family) && !type.IsAbstract && type.IsVisible).OrderBy(type => type.Name, StringComparer.Ordinal);

    private static IEnumerable<LayerSpec> LayersOf(Type kind) => kind.GetProperties().Any(property => property.PropertyType == typeof(Initializer))
        ? Initializers.Select(initializer => (LayerSpec)Make(kind, initializer))
        : [(LayerSpec)Make(kind)];

    private static object Make(Type kind, Initializer? initializer = null)
    {
        // A record also has a constructor that copies.
        ConstructorInfo constructor = kind.GetConstructors().Single();
        object specimen = constructor.Invoke([.. constructor.GetParameters().Select(parameter => Value(parameter.ParameterType, null, initializer))]);
        foreach (PropertyInfo property in kind.GetProperties().Where(property => property.SetMethod is not null && property.Name != nameof(LayerSpec.Name)))
            property.SetValue(specimen, Value(property.PropertyType, property.GetValue(specimen), initializer));
        return specimen;
    }

    // A third is no finite binary fraction, so that it shows whether digits are lost.
    private static object Value(Type type, object? present, Initializer? initializer) =>
        type == typeof(int) || type == typeof(int?) ? 3
        : type == typeof(float) ? 1 / 3f
        : type == typeof(double) || type == typeof(double?) ? 1 / 3.0
        : type == typeof(bool) ? present is false
        : type == typeof(Initializer) ? initializer ?? new He()
        : type == typeof(IReadOnlyList<SlotRange>) ? new[] { new SlotRange(1, 1) }
        : type == typeof(IReadOnlyList<IReadOnlyList<double>>) ? new[] { new[] { 1 / 7.0, 1 / 3.0 } }
        : type == typeof(IReadOnlyList<int>) ? new[] { 2, 1 }
        : type == typeof(Activation) ? new LeakyRelu { Slope = 1 / 3.0 }
        : type == typeof(Schedule) ? new Cosine(1 / 3.0)
        : type == typeof(IReadOnlyList<double>) ? new[] { 1 / 3.0 }
        : type == typeof(IReadOnlyList<CategoryRange>) ? new[] { new CategoryRange(1, 2, 2) { Seen = [1] } }
        : type == typeof(IReadOnlyList<LayerSpec>) ? new LayerSpec[] { new Tanh(), new LeakyRelu { Slope = 1 / 3.0 } }
        : type == typeof(TargetScaling) ? new TargetScaling([1 / 3.0, -1e-9, 2e6], [1 / 7.0, 1, 1e5])
        : type == typeof(TargetRange) ? new TargetRange([-1 / 3.0, -1e-9, -2e6], [1 / 7.0, 1, 1e5])
        : throw new NotSupportedException($"There is no specimen of a {type.Name}; add one here.");
}
