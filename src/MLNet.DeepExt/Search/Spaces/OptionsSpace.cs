using System.Globalization;
using System.Reflection;
using Microsoft.ML.SearchSpace;

namespace MLNet.DeepExt.Search;

/// <summary>
/// Options of a trainer and search spaces: ML.NET's attributes as ranges, and values drawn from ranges as options.
/// </summary>
internal static class OptionsSpace
{
    /// <summary>The ranges that the attributes on a type's properties and fields say.</summary>
    /// <param name="options">The type.</param>
    /// <exception cref="ArgumentException">There are none.</exception>
    public static SearchSpace Of(Type options)
    {
        var space = new SearchSpace();
        foreach (MemberInfo member in options.GetMembers(BindingFlags.Public | BindingFlags.Instance))
        {
            if (RangeOf(member) is { } range)
                space[member.Name] = range;
        }

        return space.Names.Count > 0
            ? space
            : throw new ArgumentException(
                $"{NameOf(options)} has no property with [Range] or [Choice]; make a SearchSpace with the names of its properties.",
                nameof(options));
    }

    /// <summary>
    /// Sets the properties and fields of options that have the names of parameters; all, or none where one cannot be set.
    /// </summary>
    /// <param name="options">The options.</param>
    /// <param name="parameters">The parameters.</param>
    /// <exception cref="ArgumentException">A name is unknown, or a value is of a type that cannot be set.</exception>
    public static void Apply(object options, TrialParameters parameters)
    {
        Action[] all = [.. parameters.Names.Select(name => Setter(options, name, parameters[name], parameters.RangeOf(name)))];
        foreach (Action set in all)
            set();
    }

    private static SearchRange? RangeOf(MemberInfo member) =>
        member.GetCustomAttribute<RangeAttribute>() is { } range ? RangeOf(range)
        : member.GetCustomAttribute<ChoiceAttribute>() is { } choice ? new ChoiceRange(choice.Candidates)
        : member.GetCustomAttribute<BooleanChoiceAttribute>() is not null ? new ChoiceRange([true, false])
        : null;

    private static SearchRange RangeOf(RangeAttribute range) =>
        range.Min is int low ? new IntegerRange(low, (int)range.Max, range.LogBase)
        : range.LogBase ? new LogRange(Number(range.Min), Number(range.Max))
        : new LinearRange(Number(range.Min), Number(range.Max));

    // By way of its text, so that 0.1f is 0.1.
    private static double Number(object bound) => double.Parse(ValueText.Of(bound), CultureInfo.InvariantCulture);

    private static Action Setter(object options, string name, object value, SearchRange range)
    {
        Type type = options.GetType();
        if (type.GetProperty(name) is { SetMethod.IsPublic: true } property)
        {
            object converted = Convert(value, property.PropertyType, range, name, type);
            return () => property.SetValue(options, converted);
        }

        if (type.GetField(name) is { IsInitOnly: false, IsLiteral: false, IsStatic: false } field)
        {
            object converted = Convert(value, field.FieldType, range, name, type);
            return () => field.SetValue(options, converted);
        }

        throw new ArgumentException(
            $"{NameOf(type)} has no property or field '{name}' that can be set; name the parameter as the option that it is for, "
            + "or use Get and set it where it belongs.",
            nameof(name));
    }

    private static object Convert(object value, Type type, SearchRange range, string name, Type options) =>
        ValueConversion.To(value, type, range) ?? throw new ArgumentException(
            $"Parameter '{name}' is {ValueText.Literal(value)}, of type {value.GetType().Name}, which cannot be set on "
            + $"{NameOf(options)}.{name}, of type {type.Name}; use a range whose values are of that type.",
            nameof(name));

    // Most options are called Options; their trainer tells them apart.
    private static string NameOf(Type type) => type.DeclaringType is null ? type.Name : $"{type.DeclaringType.Name}.{type.Name}";
}
