using System.Reflection;
using System.Xml.Linq;
using MLNet.DeepExt.Architecture.Tests.Rules;

namespace MLNet.DeepExt.Architecture.Tests;

public sealed class DocumentationTests
{
    private const string Samples = "MLNet.DeepExt.Architecture.Tests.Samples.";

    [Theory]
    [MemberData(nameof(Repository.Assemblies), MemberType = typeof(Repository))]
    public void Every_public_and_protected_member_is_documented(string assembly) =>
        Rule.Holds(Documentation.Violations(Repository.Load(assembly).GetTypes(), FileOf(Repository.Load(assembly))));

    [Fact]
    public void Members_of_every_kind_are_found_in_the_documentation_file() =>
        Rule.Holds(ViolationsIn(Samples + "Documented"));

    [Fact]
    public void What_has_no_documentation_or_an_empty_one_is_reported() =>
        Rule.Reports(
            ViolationsIn(Samples + "Undocumented").Select(line => line.Replace(Samples + "Undocumented.", "", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal),
            "F:Bare.Field has no documentation",
            "M:Bare.#ctor(System.Int32) has no documentation",
            "M:Bare.Method``1(System.Collections.Generic.IReadOnlyList{``0}) has no documentation",
            "P:Bare.Property has no documentation",
            "T:Bare.Nested has no documentation",
            "T:EmptySummary has no documentation");

    private static IEnumerable<string> ViolationsIn(string samples)
    {
        Assembly self = typeof(DocumentationTests).Assembly;
        return Documentation.Violations(self.GetTypes().Where(type => type.Namespace == samples), FileOf(self));
    }

    private static XDocument FileOf(Assembly assembly) => XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml"));
}
