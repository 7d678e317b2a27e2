using System.Reflection;

namespace MLNet.DeepExt.Architecture.Tests.Rules;

/// <summary>The identifier under which the compiler files a member's documentation: <c>M:N.C.Method(System.Int32)</c>.</summary>
/// <seealso href="https://learn.microsoft.com/dotnet/csharp/language-reference/xmldoc/#id-strings"/>
internal static class DocumentationId
{
    public static string Of(MemberInfo member) => member switch
    {
        Type type => $"T:{Name(type)}",
        MethodBase method => $"M:{Name(method)}{Conversion(method)}",
        PropertyInfo property => $"P:{Prefix(property)}{property.Name}{Parameters(property.GetIndexParameters())}",
        FieldInfo field => $"F:{Prefix(field)}{field.Name}",
        EventInfo raised => $"E:{Prefix(raised)}{raised.Name}",
        _ => throw new ArgumentOutOfRangeException(nameof(member), $"{member} is of no known kind."),
    };

    private static string Prefix(MemberInfo member) => Name(member.DeclaringType!) + ".";

    private static string Name(Type definition) => definition.FullName!.Replace('+', '.');

    private static string Name(MethodBase method)
    {
        int arity = method.IsGenericMethod ? method.GetGenericArguments().Length : 0;
        string name = method.Name.Replace('.', '#') + (arity == 0 ? "" : $"``{arity}");
        return Prefix(method) + name + Parameters(method.GetParameters());
    }

    private static string Conversion(MethodBase method) =>
        method is MethodInfo { Name: "op_Implicit" or "op_Explicit" } operation ? "~" + Argument(operation.ReturnType) : "";

    private static string Parameters(ParameterInfo[] parameters) =>
        parameters.Length == 0 ? "" : $"({string.Join(',', parameters.Select(parameter => Argument(parameter.ParameterType)))})";

    private static string Argument(Type type)
    {
        if (type.IsGenericParameter)
            return (type.IsGenericMethodParameter ? "``" : "`") + type.GenericParameterPosition;
        if (type.IsByRef)
            return Argument(type.GetElementType()!) + "@";
        if (type.IsPointer)
            return Argument(type.GetElementType()!) + "*";
        if (type.IsSZArray)
            return Argument(type.GetElementType()!) + "[]";
        if (type.IsArray)
            return $"{Argument(type.GetElementType()!)}[{string.Join(',', Enumerable.Repeat("0:", type.GetArrayRank()))}]";
        return type.IsGenericType ? Instance(type) : Name(type);
    }

    // Outer`1+Inner`1 of (A, B) is Outer{A}.Inner{B}: every level takes its share of the arguments.
    private static string Instance(Type type)
    {
        string[] arguments = [.. type.GetGenericArguments().Select(Argument)];
        int taken = 0;
        IEnumerable<string> levels = Name(type.GetGenericTypeDefinition()).Split('.').Select(level =>
        {
            string[] parts = level.Split('`');
            if (parts.Length == 1)
                return level;
            string[] own = arguments[taken..(taken += int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture))];
            return $"{parts[0]}{{{string.Join(',', own)}}}";
        });
        return string.Join('.', levels);
    }
}
