import java.io.File;
import org.verapdf.core.EncryptedPdfException;
import org.verapdf.core.ModelParsingException;
import org.verapdf.core.ValidationException;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;

/**
 * Validates PDFs against PDF/UA-1, and the part of PDF/A that each says it keeps to, of level A. Prints a line
 * "number of checks, path" per file, and one per failure below it; rules of PDF/A begin with its part and level.
 */
class Validate {
    private static final PDFAFlavour ACCESSIBLE = PDFAFlavour.byFlavourId("ua1");
    private static final int FAILURES_PER_RULE = 5;

    public static void main(String[] paths) throws Exception {
        VeraGreenfieldFoundryProvider.initialise();
        for (String path : paths) {
            try (PDFAParser parser = Foundries.defaultInstance().createParser(new File(path), ACCESSIBLE);
                    PDFAParser archived = Foundries.defaultInstance().createParser(new File(path));
                    PDFAValidator validator = validator(ACCESSIBLE)) {
                var result = validator.validate(parser);
                PDFAFlavour declared = archived.getFlavours().stream().findFirst().orElse(PDFAFlavour.NO_FLAVOUR);
                boolean isArchive = declared.getLevel() == PDFAFlavour.Level.A;
                var archive = isArchive ? validator(declared).validate(archived) : null;
                print(result.getTotalAssertions() + (isArchive ? archive.getTotalAssertions() : 0), path);
                result.getTestAssertions().forEach(failure -> printFailure("", failure));
                if (isArchive) {
                    archive.getTestAssertions().forEach(failure -> printFailure(declared.getId() + ": ", failure));
                } else {
                    print("", "no PDF/A", "it does not say that it is PDF/A of level A", "file");
                }
            } catch (EncryptedPdfException | ModelParsingException | ValidationException error) {
                print(0, path);
                print("", "unreadable", error.getMessage(), "file");
            }
        }
    }

    private static PDFAValidator validator(PDFAFlavour flavour) {
        boolean logPassed = false, logErrors = true, showProgress = false;
        return Foundries.defaultInstance()
                .createValidator(flavour, FAILURES_PER_RULE, logPassed, logErrors, showProgress);
    }

    private static void printFailure(String flavour, TestAssertion failure) {
        var rule = failure.getRuleId();
        String code = flavour + rule.getClause() + "-" + rule.getTestNumber();
        print("", code, failure.getErrorMessage(), failure.getLocation().getContext());
    }

    private static void print(Object first, String... rest) {
        var line = new StringBuilder().append(first);
        for (String field : rest) {
            line.append('\t').append(field.replaceAll("\\s+", " "));
        }
        System.out.println(line);
    }
}
