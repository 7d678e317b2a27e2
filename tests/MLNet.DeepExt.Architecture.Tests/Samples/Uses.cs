// One type for every way in which one type can use another; UseReaderTests expects to find each of them.
namespace MLNet.DeepExt.Architecture.Tests.Samples.Uses;

internal abstract class BaseClass;

internal interface IInterface;

internal sealed class FieldType;

internal sealed class TypeArgument;

internal sealed class PropertyType;

internal sealed class ParameterType;

internal sealed class ArrayElement;

internal struct PointedTo;

internal sealed class EventArgument : EventArgs;

internal sealed class ConstraintType;

internal sealed class Created;

internal sealed class Tested;

internal sealed class InLambda;

internal sealed class InIterator;

internal sealed class InAsync;

internal sealed class InLocalFunction;

internal sealed class CaughtException : Exception;

internal sealed class MethodArgument;

internal sealed class NamedByAttribute;

internal sealed class NamedInNestedAttribute<T>;

internal sealed class OnlyInSignatureOfCallee;

internal enum Choice : short { One, Two }

[AttributeUsage(AttributeTargets.All)]
internal sealed class MarkAttribute(Type? type) : Attribute
{
    public Type? Type { get; } = type;

    public Choice Choice { get; init; }
}

internal static class Callee
{
    public const int Constant = 3;

    public static int Field;

    public static OnlyInSignatureOfCallee? Call() => null;

    public static void Generic<T>() => _ = typeof(T);
}

internal static class OnlyItsConstant
{
    public const int Constant = 3;
}

[Mark(typeof(NamedByAttribute))]
internal class User<T> : BaseClass, IInterface
    where T : IComparable<ConstraintType>
{
    private readonly FieldType? _field = null;
    private readonly Dictionary<string, List<TypeArgument>> _arguments = [];

    public event EventHandler<EventArgument>? Raised;

    public PropertyType? Property => null;

    public unsafe void Parameter(ParameterType parameter, ArrayElement[,] elements, PointedTo* pointer) => Raised?.Invoke(parameter, null!);

    public object? Body(object tested)
    {
        try
        {
            _ = Callee.Call();
            Callee.Generic<MethodArgument>();
            Callee.Field = OnlyItsConstant.Constant;
            return tested is Tested ? _field : new Created();
        }
        catch (CaughtException)
        {
            return _arguments;
        }
    }

    public Func<object> Lambda(int captured) => () => captured == 0 ? new InLambda() : LocalFunction(captured);

    [Mark(null)]
    public IEnumerable<object> Iterator()
    {
        yield return new InIterator();
    }

    public async Task<object> Asynchronous()
    {
        await Task.Yield();
        return new InAsync();
    }

    [Mark(typeof(NamedInNestedAttribute<int>[]), Choice = Choice.Two)]
    private static object LocalFunction(int value)
    {
        return Local();
        object Local() => value == 1 ? new InLocalFunction() : value;
    }

    internal sealed class Nested
    {
        public Created? Own { get; }
    }
}

file sealed class FileLocal
{
    public Created? Own { get; }
}
